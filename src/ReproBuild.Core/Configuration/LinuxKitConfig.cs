using System.Collections.Immutable;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Fields;
using ReproBuild.Core.Configuration.Yaml;
using ReproBuild.Core.Json;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild;

/// <summary>A LinuxKit configuration: what a YAML file says, or several merged, or what code makes.</summary>
public sealed partial record LinuxKitConfig
{
    /// <summary><c>trust</c> belongs to Docker Content Trust, which LinuxKit no longer uses: checked, then ignored.</summary>
    private static readonly Section<object> Trust = new Section<object>(static _ => new object())
        .Field("image", Texts, static _ => (ImmutableArray<string>?)null, static (trust, _) => trust)
        .Field("org", Texts, static _ => (ImmutableArray<string>?)null, static (trust, _) => trust);

    /// <summary>The table of the top level, from which every other is reached.</summary>
    internal static Section<LinuxKitConfig> Section { get; } = new Section<LinuxKitConfig>(static _ => new LinuxKitConfig())
        .Field(
            "kernel", KernelConfig.Section, static c => c.Kernel,
            static (c, value) => c with { Kernel = value }, absent: static () => KernelConfig.Section.Write(new KernelConfig()))
        .Field("init", Entries(InitConfig.Type), static c => Given(c.Init), static (c, value) => c with { Init = value }, absent: static () => null)
        .Field("onboot", Containers, static c => Given(c.OnBoot), static (c, value) => c with { OnBoot = value }, absent: static () => null)
        .Field(
            "onshutdown", Containers, static c => Given(c.OnShutdown), static (c, value) => c with { OnShutdown = value }, absent: static () => null)
        .Field("services", Containers, static c => Given(c.Services), static (c, value) => c with { Services = value }, absent: static () => null)
        .Field("trust", Trust, static _ => null, static (c, _) => c)
        .Field(
            "files", Entries(FileConfig.Section), static c => Given(c.Files),
            static (c, value) => c with { Files = value }, absent: static () => null)
        .Field(
            "volumes", Entries(VolumeConfig.Section), static c => Given(c.Volumes),
            static (c, value) => c with { Volumes = value }, absent: static () => null);

    /// <summary>The kernel, or null.</summary>
    public KernelConfig? Kernel { get; init; }

    /// <summary>The images unpacked at the root, in order.</summary>
    public ImmutableArray<InitConfig> Init { get; init => field = Made(value); } = [];

    /// <summary>The containers that run once at boot, in order.</summary>
    public ImmutableArray<ContainerConfig> OnBoot { get; init => field = Made(value); } = [];

    /// <summary>The containers that run once at shutdown, in order.</summary>
    public ImmutableArray<ContainerConfig> OnShutdown { get; init => field = Made(value); } = [];

    /// <summary>The containers that run as services.</summary>
    public ImmutableArray<ContainerConfig> Services { get; init => field = Made(value); } = [];

    /// <summary>The files added last, in order.</summary>
    public ImmutableArray<FileConfig> Files { get; init => field = Made(value); } = [];

    /// <summary>The volumes that containers share.</summary>
    public ImmutableArray<VolumeConfig> Volumes { get; init => field = Made(value); } = [];

    /// <summary>Merges a configuration that was given after this one.</summary>
    /// <remarks>
    /// Of the kernel, image, command line and binary replace when not empty, tar and microcode when given. Lists are appended, volumes too
    /// (LinuxKit keeps those of the last file only).
    /// </remarks>
    /// <exception cref="ConfigurationException">A service or a volume of both has the same name, or an entry is not valid.</exception>
    public LinuxKitConfig MergeWith(LinuxKitConfig later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var merged = Section.Merge(this, later);
        merged.Validate();
        return merged;
    }

    /// <summary>
    /// Holds a configuration that was made or changed in code to the rules of the YAML; <see cref="MergeWith"/> and a build call it.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong. It names every problem by its path, such as <c>services[0].name</c>.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        Section.Check(this, new FieldPlace("", null, problems));
        ConfigurationRules.FindDuplicates(this, problems);
        problems.ThrowIfAny();
    }

    /// <summary>Whether both say the same in the same place; lists are compared item by item.</summary>
    public bool Equals(LinuxKitConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);

    /// <summary>Everything, image references in full, for the <c>metadata</c> of <c>files</c>. It can be read as a configuration again.</summary>
    internal byte[] ToJson() => CanonicalJsonWriter.Serialize(Section.Write(this), numbers: CanonicalJsonNumbers.ExactIntegers);

    /// <inheritdoc cref="ToJson"/>
    internal byte[] ToYaml() => YamlWriter.Serialize(Section.Write(this));

    private static ListType<ContainerConfig> Containers => Entries(ContainerConfig.Section);

    private static ListType<T> Entries<T>(FieldType<T> entry)
        where T : notnull => new(entry, appends: true);

    private static ImmutableArray<T>? Given<T>(ImmutableArray<T> list) => list.IsEmpty ? null : list;

    private static ImmutableArray<T> Made<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}

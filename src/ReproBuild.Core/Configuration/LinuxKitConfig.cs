using System.Collections.Immutable;
using System.Text.Json.Nodes;
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
        merged.ThrowIfWrong();
        return merged;
    }

    /// <summary>
    /// Holds a configuration to the rules of the YAML and checks that each container and each volume that it names is there; a build calls it.
    /// <see cref="MergeWith"/> and reading do not look for names, which another file may have.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong. It names every problem by its path, such as <c>services[0].name</c>.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        CheckParts(problems);
        if (problems.Count == 0)
        {
            NameReferences.Check(this, problems);
        }

        problems.ThrowIfAny();
    }

    /// <summary>Whether both say the same in the same place; lists are compared item by item.</summary>
    public bool Equals(LinuxKitConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);

    /// <summary>Everything, image references in full, for the <c>metadata</c> of <c>files</c>. It can be read as a configuration again.</summary>
    internal byte[] ToJson() => CanonicalJsonWriter.Serialize(Section.Write(this), numbers: CanonicalJsonNumbers.ExactIntegers);

    /// <summary>As <see cref="ToJson"/>, with an empty list where JSON has null: LinuxKit writes both so, and reads no null in YAML.</summary>
    internal byte[] ToYaml()
    {
        var root = Section.Write(this);
        foreach (var name in root.Where(static member => member.Value is null).Select(static member => member.Key).ToList())
        {
            root[name] = new JsonArray();
        }

        return YamlWriter.Serialize(root);
    }

    /// <summary>Checks everything that does not depend on another configuration to merge with.</summary>
    private void ThrowIfWrong()
    {
        var problems = new ProblemList();
        CheckParts(problems);
        problems.ThrowIfAny();
    }

    private void CheckParts(ProblemList problems)
    {
        Section.Check(this, new FieldPlace("", null, problems));
        ConfigurationRules.FindDuplicates(this, problems);
    }

    private static ListType<ContainerConfig> Containers => Entries(ContainerConfig.Section);

    private static ListType<T> Entries<T>(FieldType<T> entry)
        where T : notnull => new(entry, appends: true);

    private static ImmutableArray<T>? Given<T>(ImmutableArray<T> list) => list.IsEmpty ? null : list;

    private static ImmutableArray<T> Made<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}

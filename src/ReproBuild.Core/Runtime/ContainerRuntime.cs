using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Images;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary>Writes what starts a container: <c>config.json</c> for the OCI runtime and <c>runtime.json</c> for LinuxKit's init.</summary>
internal static class ContainerRuntime
{
    /// <summary>The image label that holds defaults for a container's settings.</summary>
    public const string SettingsLabel = "org.mobyproject.config";

    /// <summary>Whether the container's root file system is read-only.</summary>
    public static bool IsReadOnly(ContainerConfig container, ContainerSettings? label) =>
        container.Settings.ReadOnly ?? label?.ReadOnly ?? false;

    /// <summary>Whether an id mapping names a first id that <see cref="MountJson.IdMappings"/> does not keep.</summary>
    public static bool HasFirstIds(ContainerConfig container, ContainerSettings? label)
    {
        var settings = container.Settings.Over(label);
        return (settings.UserIdMappings ?? []).Concat(settings.GroupIdMappings ?? [])
            .Any(static mapping => mapping.ContainerId != 0 || mapping.HostId != 0);
    }

    /// <summary>Makes both files, each canonical JSON with exact integers.</summary>
    /// <exception cref="ConfigurationException">A setting is not valid; it names every problem of the container.</exception>
    public static ContainerRuntimeFiles Create(ContainerRuntimeInput input)
    {
        var problems = new RuntimeProblems(input);
        var config = RuntimeSpecification.Create(input, problems);
        var runtime = RuntimeInstructions.Create(input);
        problems.ThrowIfAny();
        return new ContainerRuntimeFiles(Serialize(config), Serialize(runtime));
    }

    private static byte[] Serialize(JsonObject value) =>
        CanonicalJsonWriter.Serialize(value, numbers: CanonicalJsonNumbers.ExactIntegers);
}

/// <summary>The contents of the two files.</summary>
internal sealed record ContainerRuntimeFiles(byte[] ConfigJson, byte[] RuntimeJson);

/// <summary>What the files of a container depend on.</summary>
/// <param name="Container">The container's entry in the configuration.</param>
/// <param name="Image">Its image's own configuration, which gives command, environment and working directory when nothing else does.</param>
/// <param name="Label">The settings in the image's label, or null.</param>
/// <param name="Directory">The container's directory, as an absolute path in the built system.</param>
/// <param name="ImageDirectory">The directory that holds the unpacked image, which may be an earlier container's; absolute.</param>
/// <param name="Ids">The id that each container's name stands for.</param>
/// <param name="Volumes">The volumes by name.</param>
internal sealed record ContainerRuntimeInput(
    ContainerConfig Container,
    ImageConfiguration Image,
    ContainerSettings? Label,
    string Directory,
    string ImageDirectory,
    IReadOnlyDictionary<string, uint> Ids,
    IReadOnlyDictionary<string, VolumeConfig> Volumes)
{
    /// <summary>What counts of the entry and the label.</summary>
    public ContainerSettings Settings { get; } = Container.Settings.Over(Label);

    public bool IsReadOnly => ContainerRuntime.IsReadOnly(Container, Label);
}

/// <summary>Collects what is wrong with a container's settings.</summary>
internal sealed class RuntimeProblems(ContainerRuntimeInput input)
{
    private readonly ProblemList _problems = new();

    /// <param name="field">The setting, such as <c>capabilities</c>.</param>
    /// <param name="message">What is wrong; what was expected.</param>
    public void Add(string field, string message)
    {
        var label = input.Label is null ? "" : $" (or the label {ContainerRuntime.SettingsLabel} of {input.Container.Image})";
        _problems.Add(input.Container.Location, $"container '{input.Container.Name}', {field}{label}: {message}");
    }

    public void ThrowIfAny() => _problems.ThrowIfAny();
}

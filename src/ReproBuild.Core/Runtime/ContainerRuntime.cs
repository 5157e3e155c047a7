using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Fields;
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

    /// <summary>Makes both files, each canonical JSON with exact integers.</summary>
    /// <exception cref="ConfigurationException">A setting is not valid; it names every problem of the container.</exception>
    public static ContainerRuntimeFiles Create(ContainerRuntimeInput input)
    {
        Check(input);
        return new ContainerRuntimeFiles(
            Serialize(RuntimeSpecification.Create(input)), Serialize(RuntimeInstructions.Create(input)), ContainerMounts.RelativeDestinations(input));
    }

    /// <summary>The entry was checked with the configuration; what is wrong now is the label's, which nothing replaced.</summary>
    private static void Check(ContainerRuntimeInput input)
    {
        var found = new ProblemList();
        var place = new FieldPlace("", null, found);
        ContainerSettings.Section.Check(input.Settings, place);
        if (found.Count == 0)
        {
            new NameReferences(input.Ids, input.Volumes).Check(input.Settings, place);
        }

        var label = input.Label is null ? "" : $" (or the label {SettingsLabel} of {input.Container.Image})";
        found.ThrowIfAny(problem => new ConfigurationProblem(
            input.Container.Location, $"container '{input.Container.Name.Shown()}'{label}: {problem.Message}"));
    }

    private static byte[] Serialize(JsonObject value) =>
        CanonicalJsonWriter.Serialize(value, numbers: CanonicalJsonNumbers.ExactIntegers);
}

/// <summary>The contents of the two files.</summary>
/// <param name="ConfigJson"><c>config.json</c>.</param>
/// <param name="RuntimeJson"><c>runtime.json</c>.</param>
/// <param name="RelativeDestinations">Destinations of mounts that were given without a leading slash, which a warning names.</param>
internal sealed record ContainerRuntimeFiles(byte[] ConfigJson, byte[] RuntimeJson, ImmutableArray<string> RelativeDestinations);

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

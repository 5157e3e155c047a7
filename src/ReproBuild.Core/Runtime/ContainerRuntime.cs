using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
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

    /// <summary>Whether an id mapping names a first id that <see cref="IdMappings"/> does not keep.</summary>
    public static bool HasFirstIds(ContainerConfig container, ContainerSettings? label)
    {
        var settings = EffectiveSettings.Merge(container.Settings, label);
        return (settings.UserIdMappings ?? []).Concat(settings.GroupIdMappings ?? []).Any(static mapping => mapping.ContainerId != 0 || mapping.HostId != 0);
    }

    /// <summary>Makes both files, each canonical JSON with exact integers.</summary>
    /// <exception cref="ConfigurationException">A setting is not valid; it names every problem of the container.</exception>
    public static ContainerRuntimeFiles Create(ContainerRuntimeInput input)
    {
        var problems = new RuntimeProblems(input);
        var settings = EffectiveSettings.Merge(input.Container.Settings, input.Label);
        var config = RuntimeSpecification.Create(input, settings, problems);
        var runtime = RuntimeInstructions.Create(input, settings);
        problems.ThrowIfAny();
        return new ContainerRuntimeFiles(Serialize(config), Serialize(runtime));
    }

    private static byte[] Serialize(JsonObject value) =>
        CanonicalJsonWriter.Serialize(value, numbers: CanonicalJsonNumbers.ExactIntegers);
}

/// <summary>The contents of the two files.</summary>
internal sealed record ContainerRuntimeFiles(byte[] ConfigJson, byte[] RuntimeJson);

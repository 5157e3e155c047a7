using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>config.json</c> (OCI runtime specification 1.2.1, config.md and config-linux.md). What is empty is left out.</summary>
internal static class RuntimeSpecification
{
    private const string Version = "1.2.1";
    private const string RootPath = "rootfs";

    public static JsonObject Create(ContainerRuntimeInput input, ContainerSettings settings, RuntimeProblems problems)
    {
        var root = new JsonObject { ["path"] = RootPath };
        root.AddIf(input.IsReadOnly, "readonly", true);
        var specification = new JsonObject
        {
            ["ociVersion"] = Version,
            ["process"] = ProcessSection.Create(input, settings, problems),
            ["root"] = root,
            ["mounts"] = ContainerMounts.Create(input, settings, problems),
            ["linux"] = Linux(settings, problems),
        };
        specification.AddText("hostname", settings.Hostname);
        specification.AddMap("annotations", settings.Annotations);
        return specification;
    }

    private static JsonObject Linux(ContainerSettings settings, RuntimeProblems problems)
    {
        var linux = new JsonObject
        {
            ["namespaces"] = Namespaces.Create(settings, problems),
            ["resources"] = ControlGroupResources.Create(settings),
        };
        linux.AddItems("uidMappings", IdMappings.Create(settings.UserIdMappings));
        linux.AddItems("gidMappings", IdMappings.Create(settings.GroupIdMappings));
        linux.AddMap("sysctl", settings.Sysctl);
        linux.AddText("cgroupsPath", settings.CgroupsPath);
        linux.AddItems("devices", Devices.Create(settings, problems));
        linux.AddText("rootfsPropagation", settings.RootFileSystemPropagation);
        linux.AddTexts("maskedPaths", settings.MaskedPaths);
        linux.AddTexts("readonlyPaths", settings.ReadOnlyPaths);
        return linux;
    }
}

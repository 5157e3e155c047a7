using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Configuration.Writing;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>runtime.json</c>: what LinuxKit's init does on the host before it starts the container.</summary>
internal static class RuntimeInstructions
{
    public static JsonObject Create(ContainerRuntimeInput input, ContainerSettings settings)
    {
        var runtime = settings.Runtime ?? new RuntimeConfig();
        return new JsonObject
        {
            ["cgroups"] = JsonObjectExtensions.ToArray(runtime.Cgroups),
            ["mounts"] = new JsonArray([.. RootMounts.Create(input).Concat(runtime.Mounts ?? []).Select(MountJson.Create)]),
            ["mkdir"] = JsonObjectExtensions.ToArray(runtime.Mkdir),
            ["interfaces"] = new JsonArray([.. (runtime.Interfaces ?? []).Select(RuntimeConfigJson.Interface)]),
            ["bindNS"] = BindNamespaces(runtime.BindNamespaces ?? new BindNamespaces()),
            ["namespace"] = runtime.Namespace ?? "",
        };
    }

    private static JsonObject BindNamespaces(BindNamespaces paths) => new()
    {
        ["cgroup"] = paths.Cgroup ?? "",
        ["ipc"] = paths.Ipc ?? "",
        ["mnt"] = paths.Mount ?? "",
        ["net"] = paths.Net ?? "",
        ["pid"] = paths.Pid ?? "",
        ["user"] = paths.User ?? "",
        ["uts"] = paths.Uts ?? "",
    };
}

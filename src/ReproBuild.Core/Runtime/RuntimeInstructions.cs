using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>runtime.json</c>: what LinuxKit's init does on the host before it starts the container.</summary>
internal static class RuntimeInstructions
{
    public static JsonObject Create(ContainerRuntimeInput input)
    {
        var runtime = input.Settings.Runtime ?? new RuntimeConfig();
        return new JsonObject
        {
            ["cgroups"] = JsonObjectExtensions.ToArray(runtime.Cgroups),
            ["mounts"] = new JsonArray([.. RootMounts(input).Concat(runtime.Mounts ?? []).Select(MountJson.Create)]),
            ["mkdir"] = JsonObjectExtensions.ToArray(runtime.Mkdir),
            ["interfaces"] = new JsonArray([.. (runtime.Interfaces ?? []).Select(InterfaceConfig.Section.Write)]),
            ["bindNS"] = BindNamespaces(runtime.BindNamespaces ?? new BindNamespaces()),
            ["namespace"] = runtime.Namespace ?? "",
        };
    }

    /// <summary>The mounts that make the container's <c>rootfs</c> from its unpacked image.</summary>
    private static ImmutableArray<MountConfig> RootMounts(ContainerRuntimeInput input)
    {
        var root = $"{input.Directory}/rootfs";
        if (input.IsReadOnly)
        {
            return [new MountConfig { Destination = root, Source = input.ImageDirectory, Options = ["bind"] }];
        }

        // The tmpfs must be private before an overlay uses it: its writable layer must not show in other mount namespaces.
        var scratch = $"{input.Directory}/tmp";
        return
        [
            new MountConfig { Destination = scratch, Type = "tmpfs", Source = "tmpfs" },
            new MountConfig { Destination = scratch, Options = ["remount", "private"] },
            new MountConfig
            {
                Destination = root,
                Type = "overlay",
                Source = "overlay",
                Options = [$"lowerdir={input.ImageDirectory}", $"upperdir={scratch}/upper", $"workdir={scratch}/work"],
            },
        ];
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

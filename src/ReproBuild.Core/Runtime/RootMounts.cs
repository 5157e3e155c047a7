using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>The mounts that make a container's <c>rootfs</c> from its unpacked image.</summary>
internal static class RootMounts
{
    public static ImmutableArray<MountConfig> Create(ContainerRuntimeInput input)
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
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary><c>mounts</c> (config.md, "Mounts"), ordered by destination so that parents come first.</summary>
internal static class ContainerMounts
{
    private const string ReadOnly = "ro";
    private const string Tmpfs = "tmpfs";

    public static JsonArray Create(ContainerRuntimeInput input)
    {
        // A later mount replaces an earlier one at the same destination.
        var mounts = new SortedDictionary<string, MountConfig>(StringComparer.Ordinal);
        foreach (var mount in Defaults(input.IsReadOnly).Concat(Configured(input)))
        {
            var destination = AbsolutePath(mount.Destination!);
            mounts[destination] = mount with { Destination = destination };
        }

        return new JsonArray([.. mounts.Values.Select(MountJson.Create)]);
    }

    /// <summary>The destinations that are not absolute. They start at the container's root, which the specification calls deprecated.</summary>
    public static ImmutableArray<string> RelativeDestinations(ContainerRuntimeInput input)
    {
        var destinations = Configured(input).Select(static mount => mount.Destination!);
        return [.. destinations.Where(static path => !path.StartsWith('/')).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The mounts of the settings, with what is missing filled in.</summary>
    private static IEnumerable<MountConfig> Configured(ContainerRuntimeInput input)
    {
        var settings = input.Settings;
        var binds = new Binds(input.Volumes);
        return (settings.Tmpfs ?? []).Select(ParseTmpfs)
            .Concat((settings.Binds ?? []).Select(Binds.Parse))
            .Concat((settings.Mounts ?? []).Select(mount => Complete(binds.Resolve(mount))));
    }

    /// <summary>As LinuxKit, a mount without a source has its type as source.</summary>
    private static MountConfig Complete(MountConfig mount)
    {
        var completed = KnownFileSystem.Complete(mount);
        return completed with { Source = completed.Source ?? completed.Type };
    }

    private static string AbsolutePath(string destination)
    {
        const string Here = "./";
        return destination.StartsWith('/') ? destination
            : "/" + (destination.StartsWith(Here, StringComparison.Ordinal) ? destination[Here.Length..] : destination);
    }

    /// <summary>What every container has mounted, unless its settings replace it.</summary>
    private static ImmutableArray<MountConfig> Defaults(bool isReadOnly)
    {
        ImmutableArray<string> last = isReadOnly ? [ReadOnly] : [];
        return
        [
            Mount("/proc", "proc", ["nosuid", "nodev", "noexec", "relatime"]),
            Mount("/dev", Tmpfs, ["nosuid", "strictatime", "mode=755", "size=65536k", .. last]),
            Mount("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
            Mount("/sys", "sysfs", ["nosuid", "noexec", "nodev", .. last]),
            Mount("/sys/fs/cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", ReadOnly]),
        ];
    }

    private static MountConfig ParseTmpfs(string text)
    {
        var tmpfs = TmpfsText.Parse(text);
        return Mount(tmpfs.Destination, Tmpfs, tmpfs.Options);
    }

    private static MountConfig Mount(string destination, string type, ImmutableArray<string>? options) =>
        new() { Destination = destination, Type = type, Source = type, Options = options };
}

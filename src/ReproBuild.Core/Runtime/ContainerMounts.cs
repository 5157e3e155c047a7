using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary><c>mounts</c> (config.md, "Mounts"), ordered by destination so that parents come first.</summary>
internal static class ContainerMounts
{
    private const string ReadOnly = "ro";
    private const string Tmpfs = "tmpfs";

    public static JsonArray Create(ContainerRuntimeInput input, RuntimeProblems problems)
    {
        var settings = input.Settings;
        var binds = new Binds(input.Volumes, problems);
        var mounts = new SortedDictionary<string, MountConfig>(StringComparer.Ordinal);
        Add(Defaults(input.IsReadOnly));
        Add((settings.Tmpfs ?? []).Select(ParseTmpfs));
        Add((settings.Binds ?? []).Select(binds.Parse).OfType<MountConfig>());
        Add((settings.Mounts ?? []).Select(mount => KnownFileSystem.Complete(binds.Resolve(mount))));
        return new JsonArray([.. mounts.Values.Select(MountJson.Create)]);

        // A later mount replaces an earlier one at the same destination.
        void Add(IEnumerable<MountConfig> added)
        {
            foreach (var mount in added)
            {
                if (mount.Destination?.StartsWith('/') == true)
                {
                    mounts[mount.Destination] = mount;
                    continue;
                }

                var named = mount.Destination is null
                    ? $"a mount of '{mount.Source ?? mount.Type}' has no destination"
                    : $"the destination '{mount.Destination}' is not an absolute path";
                problems.Add("mounts", $"{named}; expected an absolute path");
            }
        }
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

    /// <summary>An entry of <c>tmpfs</c>: <c>/destination[:option,option]</c>.</summary>
    private static MountConfig ParseTmpfs(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (destination, options) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        return Mount(destination, Tmpfs, options.Length == 0 ? null : [.. options.Split(',')]);
    }

    private static MountConfig Mount(string destination, string type, ImmutableArray<string>? options) =>
        new() { Destination = destination, Type = type, Source = type, Options = options };
}

using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>What every container has mounted, unless its settings replace it.</summary>
internal static class DefaultMounts
{
    private const string ReadOnly = "ro";

    public static ImmutableArray<MountConfig> Create(bool isReadOnly)
    {
        ImmutableArray<string> last = isReadOnly ? [ReadOnly] : [];
        return
        [
            Mount("/proc", "proc", "proc", ["nosuid", "nodev", "noexec", "relatime"]),
            Mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k", .. last]),
            Mount("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
            Mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", .. last]),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", ReadOnly]),
        ];
    }

    private static MountConfig Mount(string destination, string type, string source, ImmutableArray<string> options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}

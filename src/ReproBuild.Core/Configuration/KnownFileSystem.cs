using System.Collections.Immutable;

namespace ReproBuild.Core.Configuration;

/// <summary>A file system of the kernel that has one usual place, so that an entry of <c>mounts</c> need not say everything.</summary>
/// <param name="Type">The type, which is also the source.</param>
/// <param name="Destination">The usual place.</param>
internal sealed record KnownFileSystem(string Type, string Destination)
{
    private static readonly KnownFileSystem DeviceDirectory = new("tmpfs", "/dev");

    private static readonly ImmutableArray<KnownFileSystem> All =
    [
        new("proc", "/proc"), new("sysfs", "/sys"), new("cgroup", "/sys/fs/cgroup"), new("devpts", "/dev/pts"), new("mqueue", "/dev/mqueue"),
    ];

    /// <summary>What a mount means by its type, or else its source, or else its destination; null when it is none of these.</summary>
    public static KnownFileSystem? Find(MountConfig mount) =>
        mount.Type is { } type ? All.FirstOrDefault(known => known.Type == type) ?? (type == DeviceDirectory.Type ? OnDeviceDirectory(mount) : null)
        : mount.Source is { } source
            ? All.FirstOrDefault(known => known.Type == source) ?? (source == DeviceDirectory.Type ? OnDeviceDirectory(mount) : null)
        : All.FirstOrDefault(known => known.Destination == mount.Destination) ?? OnDeviceDirectory(mount);

    /// <summary>The mount with a missing type, source or destination filled in.</summary>
    public static MountConfig Complete(MountConfig mount) => Find(mount) is not { } known ? mount : mount with
    {
        Type = mount.Type ?? known.Type,
        Source = mount.Source ?? known.Type,
        Destination = mount.Destination ?? known.Destination,
    };

    private static KnownFileSystem? OnDeviceDirectory(MountConfig mount) =>
        mount.Destination == DeviceDirectory.Destination ? DeviceDirectory : null;
}

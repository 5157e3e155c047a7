using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>
/// Finds names, paths, link targets and device numbers that Linux cannot have, whatever holds them. Every format that writes a tree asks before
/// it writes a byte, so that all refuse the same.
/// </summary>
/// <remarks>
/// A build holds its root file system to the first three; trees that a caller makes are not. It is here and not in <see cref="FileTreeBuilder"/>,
/// which does not know the format, which an error names, and never looks at targets.
/// </remarks>
internal static class LinuxLimits
{
    /// <summary>NAME_MAX (limits.h).</summary>
    public const int MaxName = 255;

    /// <summary>PATH_MAX without the NUL (limits.h).</summary>
    public const int MaxTarget = 4095;

    /// <summary>The same for the path of a file: a deeper one is there, and no program can name it.</summary>
    public const int MaxPath = 4095;

    /// <summary>A device number has 12 bits for its driver (include/linux/kdev_t.h).</summary>
    public const uint MaxDeviceMajor = 0xfff;

    /// <summary>A device number has 20 bits for the device of a driver (include/linux/kdev_t.h).</summary>
    public const uint MaxDeviceMinor = 0xf_ffff;

    /// <param name="tree">The tree.</param>
    /// <exception cref="OutputFormatException">Something does not fit; the message names its path, the limit, and what to do.</exception>
    public static void Check(FileTree tree)
    {
        foreach (var entry in tree.Entries)
        {
            if ((NameProblem(entry) ?? TargetProblem(entry.Inode) ?? DeviceProblem(entry.Inode)) is { } problem)
            {
                throw new OutputFormatException($"'/{entry.Path.Shown()}' {problem}");
            }
        }
    }

    private static string? NameProblem(FileTreeEntry entry) =>
        entry.Name.Length > MaxName ? $"has a name of {entry.Name.Length} bytes; a name has at most {MaxName}. Shorten it."
        : entry.PathLength > MaxPath ? $"has a path of {entry.PathLength} bytes; a path has at most {MaxPath}. Shorten it."
        : HasNul(entry.Name) ? "has a NUL byte in its name, which ends a name. Rename it."
        : null;

    private static string? TargetProblem(Inode inode)
    {
        var target = inode.LinkTarget;
        return inode.Type != FileType.SymbolicLink
            ? target.IsEmpty ? null : $"has a link target, and is a {inode.Type}. Leave the target out."
            : target.Length is 0 or > MaxTarget ? $"has a link target of {target.Length} bytes; Linux follows targets of 1 to {MaxTarget}. Change it."
            : HasNul(target) ? "has a NUL byte in its link target, which ends a target. Change it."
            : null;
    }

    private static string? DeviceProblem(Inode inode) =>
        inode.DeviceMajor > MaxDeviceMajor || inode.DeviceMinor > MaxDeviceMinor
            ? $"is device {inode.DeviceMajor}:{inode.DeviceMinor}; the largest device number is {MaxDeviceMajor}:{MaxDeviceMinor}. Change it."
            : null;

    private static bool HasNul(ByteString bytes) => bytes.Span.Contains((byte)0);
}

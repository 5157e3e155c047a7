using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Refuses what the volume, or Linux reading it, cannot hold.</summary>
internal static class IsoLimits
{
    /// <summary>The largest number of a device whose driver has number 0, since Linux takes a larger one for the number of a driver too.</summary>
    private const uint MaxMinorOfNone = 0xff;

    public static void Check(FileTree tree)
    {
        LinuxLimits.Check(tree);
        foreach (var entry in tree.Entries)
        {
            if (entry.Inode is { DeviceMajor: 0, DeviceMinor: > MaxMinorOfNone and var minor })
            {
                throw new OutputFormatException(
                    $"'/{entry.Path.Shown()}' is device 0:{minor}, and Linux reads {minor >> 8}:{minor & 0xff} of an ISO 9660 volume for it. " +
                    "Change it.");
            }

            if (entry.Inode.Content.Length > MaxSectionSize * MaxSections)
            {
                throw new OutputFormatException(
                    $"'/{entry.Path.Shown()}' has {entry.Inode.Content.Length} bytes, and Linux reads {MaxSectionSize * MaxSections} of a file " +
                    "of an ISO 9660 volume. Make it smaller.");
            }
        }
    }
}

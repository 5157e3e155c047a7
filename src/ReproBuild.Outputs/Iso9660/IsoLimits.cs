using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Refuses what the volume, or Linux reading it, cannot hold.</summary>
internal static class IsoLimits
{
    public static void Check(FileTree tree)
    {
        LinuxLimits.Check(tree);
        foreach (var entry in tree.Entries)
        {
            if (entry.Inode.Content.Length > MaxSectionSize * MaxSections)
            {
                throw new OutputFormatException(
                    $"'/{entry.Path.Shown()}' has {entry.Inode.Content.Length} bytes, and Linux reads {MaxSectionSize * MaxSections} of a file " +
                    "of an ISO 9660 volume. Make it smaller.");
            }
        }
    }
}

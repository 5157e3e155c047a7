using ReproBuild.Core;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Refuses what the volume, or Linux reading it, cannot hold.</summary>
internal static class IsoLimits
{
    public static void Check(FileTree tree, string format)
    {
        foreach (var entry in tree.Entries)
        {
            if (entry.Name.Length > MaxName)
            {
                throw new OutputFormatException(format, $"the last name of '/{entry.Path}' has {entry.Name.Length} bytes, and Linux takes {MaxName} at the most. Rename it.");
            }

            if (entry.Inode.Content.Length > MaxSectionSize * MaxSections)
            {
                throw new OutputFormatException(
                    format, $"'/{entry.Path}' has {entry.Inode.Content.Length} bytes, and Linux reads {MaxSectionSize * MaxSections} of a file of an ISO 9660 volume. Make it smaller.");
            }
        }
    }
}

using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>What the formats log.</summary>
internal static partial class OutputLog
{
    /// <summary>Warns of the extended attributes of a tree, for which a cpio archive has no place.</summary>
    public static void WarnOfAttributesInCpio(ILogger logger, FileTree root)
    {
        if (FilesWithAttributes(root) is { Count: > 0 } files)
        {
            ExtendedAttributesLeftOut(logger, files.Count, files[0].Path);
        }
    }

    /// <summary>Warns of the extended attributes of a tree, for which Rock Ridge has no place.</summary>
    public static void WarnOfAttributesInIso(ILogger logger, FileTree root)
    {
        if (FilesWithAttributes(root) is { Count: > 0 } files)
        {
            ExtendedAttributesLeftOutOfIso(logger, files.Count, files[0].Path);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The volume of {Format} starts only from UEFI: {Obstacle}")]
    public static partial void StartsOnlyFromUefi(ILogger logger, string format, string obstacle);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The initrd leaves out the extended attributes of {Count} files, which a cpio archive cannot hold; the first is {Path}")]
    private static partial void ExtendedAttributesLeftOut(ILogger logger, int count, ByteString path);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The ISO 9660 volume leaves out the extended attributes of {Count} files, which Rock Ridge cannot hold; the first is {Path}")]
    private static partial void ExtendedAttributesLeftOutOfIso(ILogger logger, int count, ByteString path);

    private static List<FileTreeEntry> FilesWithAttributes(FileTree root) =>
        [.. root.Entries.Where(static e => e.HardLinkTarget is null && !e.Inode.ExtendedAttributes.IsEmpty)];
}

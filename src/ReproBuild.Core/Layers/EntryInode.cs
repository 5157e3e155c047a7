using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>The inode that a tar entry describes.</summary>
internal static class EntryInode
{
    /// <param name="entry">Any entry except a hard link.</param>
    /// <param name="archive">The archive with the entry's data.</param>
    /// <param name="contentSha256">The hash of the entry's content; empty where it is not known.</param>
    public static Inode Create(TarEntry entry, Blob archive, ReadOnlyMemory<byte> contentSha256) => new()
    {
        Type = TypeOf(entry.Type),
        // Linux has no other mode for a symbolic link (symlink(7)).
        Mode = entry.Type == TarEntryType.SymbolicLink ? Inode.SymbolicLinkMode : entry.Mode,
        UserId = entry.UserId,
        GroupId = entry.GroupId,
        ModificationTime = entry.ModificationTime,
        Content = entry is { Type: TarEntryType.RegularFile, Size: not 0 }
            ? ContentOf(entry, archive).WithSha256(contentSha256)
            : FileContent.Empty,
        LinkTarget = entry.Type == TarEntryType.SymbolicLink ? entry.LinkName : default,
        DeviceMajor = IsDevice(entry) ? entry.DeviceMajor : 0,
        DeviceMinor = IsDevice(entry) ? entry.DeviceMinor : 0,
        ExtendedAttributes = entry.ExtendedAttributes,
    };

    private static FileContent ContentOf(TarEntry entry, Blob archive)
    {
        try
        {
            return entry.SparseExtents.IsDefault
                ? new FileContent(archive, entry.DataOffset, entry.Size)
                : new FileContent(archive, entry.SparseExtents, entry.Size);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new IntegrityException($"its {entry.Size} bytes at {entry.DataOffset} are not inside the archive of {archive.Length} bytes", e);
        }
    }

    private static bool IsDevice(TarEntry entry) => entry.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;

    private static FileType TypeOf(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile => FileType.RegularFile,
        TarEntryType.Directory => FileType.Directory,
        TarEntryType.SymbolicLink => FileType.SymbolicLink,
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        TarEntryType.Fifo => FileType.Fifo,
        _ => throw new IntegrityException($"its type '{type}' is unknown"),
    };
}

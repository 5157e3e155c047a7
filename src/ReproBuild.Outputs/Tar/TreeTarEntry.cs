using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Outputs.Tar;

/// <summary>The tar entry of a name in a tree.</summary>
internal static class TreeTarEntry
{
    // In the order of their bytes, as TarEntry.PaxRecords has them.
    private static readonly ByteString LocationKeyword = "LINUXKIT.location";
    private static readonly ByteString SourceKeyword = "LINUXKIT.source";

    public static TarEntry Create(FileTreeEntry entry, long size)
    {
        var inode = entry.Inode;
        return new TarEntry
        {
            Type = entry.HardLinkTarget is null ? TypeOf(inode.Type) : TarEntryType.HardLink,
            Name = entry.Path,
            Mode = inode.Mode,
            UserId = inode.UserId,
            GroupId = inode.GroupId,
            ModificationTime = inode.ModificationTime,
            Size = size,
            LinkName = entry.HardLinkTarget?.Path ?? inode.LinkTarget,
            DeviceMajor = inode.DeviceMajor,
            DeviceMinor = inode.DeviceMinor,
            ExtendedAttributes = inode.ExtendedAttributes,
            PaxRecords = Records(entry.Origin),
        };
    }

    private static ImmutableArray<PaxRecord> Records(FileOrigin? origin) => origin is null ? [] :
    [
        new PaxRecord(LocationKeyword, origin.Location),
        new PaxRecord(SourceKeyword, origin.Source),
    ];

    private static TarEntryType TypeOf(FileType type) => type switch
    {
        FileType.RegularFile => TarEntryType.RegularFile,
        FileType.Directory => TarEntryType.Directory,
        FileType.SymbolicLink => TarEntryType.SymbolicLink,
        FileType.CharacterDevice => TarEntryType.CharacterDevice,
        FileType.BlockDevice => TarEntryType.BlockDevice,
        FileType.Fifo => TarEntryType.Fifo,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a file type."),
    };
}

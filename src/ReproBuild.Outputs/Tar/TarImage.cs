using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Tar;

/// <summary>How a tar is written. There is nothing to choose yet.</summary>
public sealed class TarOptions;

/// <summary>A tree as a POSIX pax archive: in tree order, a later name of an inode as a hard link to its first.</summary>
/// <remarks>An entry that a build placed has <c>LINUXKIT.source</c> and <c>LINUXKIT.location</c> records.</remarks>
public static class TarImage
{
    private const int BlockSize = 512;
    private const int EndBlocks = 2;

    // In the order of their bytes, as TarEntry.PaxRecords has them.
    private static readonly ByteString LocationKeyword = "LINUXKIT.location";
    private static readonly ByteString SourceKeyword = "LINUXKIT.source";

    /// <summary>Composes the archive; file contents are taken by reference, nothing is read or copied.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// A link target is empty or longer than 4,095 bytes, a device number is over 4095:1048575, or a name, a target or an attribute's name has a NUL.
    /// </exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, TarOptions? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Task.Run(() => Create(tree, cancellationToken), cancellationToken);
    }

    /// <summary>Looks at the whole tree, and only then creates the artifact and streams the archive to it.</summary>
    /// <exception cref="OutputFormatException">A tar cannot hold an entry; there is no artifact then.</exception>
    internal static async Task WriteAsync(OutputContext context, string suffix, FileTree tree, CancellationToken cancellationToken)
    {
        Check(tree, cancellationToken);
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            var writer = new TarWriter(artifact);
            foreach (var entry in tree.Entries)
            {
                await writer.WriteAsync(Describe(entry), ContentOf(entry), cancellationToken).ConfigureAwait(false);
            }

            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static FileContent Create(FileTree tree, CancellationToken cancellationToken)
    {
        Check(tree, cancellationToken);
        var archive = new FileContentBuilder();
        foreach (var entry in tree.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            archive.Append(TarWriter.EncodeHeadersOf(Describe(entry))).Append(ContentOf(entry)).AlignTo(BlockSize);
        }

        return archive.AppendZeros(EndBlocks * BlockSize).Build();
    }

    private static void Check(FileTree tree, CancellationToken cancellationToken)
    {
        LinuxLimits.Check(tree);
        foreach (var entry in tree.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TarWriter.Check(Describe(entry));
        }
    }

    private static TarEntry Describe(FileTreeEntry entry)
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
            Size = ContentOf(entry).Length,
            LinkName = entry.HardLinkTarget?.Path ?? inode.LinkTarget,
            DeviceMajor = inode.DeviceMajor,
            DeviceMinor = inode.DeviceMinor,
            ExtendedAttributes = inode.ExtendedAttributes,
            PaxRecords = Records(entry.Origin),
        };
    }

    private static FileContent ContentOf(FileTreeEntry entry) => entry.HardLinkTarget is null ? entry.Inode.Content : FileContent.Empty;

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

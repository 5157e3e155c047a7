using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Composes an image: superblock, options of the compressor, data, inodes, directories, fragments, inode places, ids, attributes.</summary>
/// <remarks>Linux insists on this order and on tables without gaps between them.</remarks>
internal sealed class SquashFsComposer
{
    private static readonly TreeHoldings Holdings = new("SquashFS")
    {
        Time = TreeHoldings.UnsignedSeconds,
        HoldsAttribute = SquashFsXattrTable.Holds,
    };

    private readonly FileTree _tree;
    private readonly SquashFsOptions _options;
    private readonly SquashFsCompressor _compressor;
    private readonly SquashFsIdTable _ids;

    /// <exception cref="OutputFormatException">An image cannot hold the tree.</exception>
    public SquashFsComposer(FileTree tree, SquashFsOptions options)
    {
        (_tree, _options, _compressor) = (tree, options, new SquashFsCompressor(options.Compression, options.Effort, options.Pieces));
        SquashFsLimits.Check(tree);
        TreeLosses.Report(tree, Holdings, options.Strict, options.Logger);
        _ids = SquashFsIdTable.Create(tree.Entries.Append(tree.Root).SelectMany(static e => new[] { e.Inode.UserId, e.Inode.GroupId }));
    }

    public async Task<FileContent> ComposeAsync(ScratchSpace scratch, CancellationToken cancellationToken)
    {
        var entries = _tree.Entries.Where(static e => e.Inode.Type == FileType.RegularFile && e.HardLinkTarget is null);
        Inode[] files = [.. entries.Select(static e => e.Inode)];
        var duplicates = await SquashFsDuplicates.FindAsync(files, _options, cancellationToken).ConfigureAwait(false);
        var compressorOptions = _compressor.OptionsBlock;
        var dataStart = SuperblockSize + compressorOptions.Length;
        SquashFsData? data = null;
        var blocks = await scratch.CreateAsync(
            async (stream, ct) =>
            {
                using var writer = new SquashFsDataWriter(stream, dataStart, duplicates, _compressor, _options);
                data = await writer.WriteAsync(files, ct).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        var tables = new SquashFsTables(dataStart + blocks.Length, _compressor);
        var superblock = AppendTables(tables, data!, cancellationToken);
        return new FileContentBuilder().Append(superblock.ToBytes()).Append(compressorOptions).Append(blocks).Append(tables.Build())
            .AlignTo(ImageAlignment).Build();
    }

    private SquashFsSuperblock AppendTables(SquashFsTables tables, SquashFsData data, CancellationToken cancellationToken)
    {
        var (inodes, directories) = (tables.CreateMetadata(), tables.CreateMetadata());
        var xattrs = new SquashFsXattrTable(tables.CreateMetadata());
        var tree = new SquashFsTreeWriter(
            _tree, data, new SquashFsInodeWriter(inodes, _ids, xattrs), new SquashFsDirectoryWriter(directories));
        tree.Write(cancellationToken);

        var inodeTable = tables.Append(inodes);
        var directoryTable = tables.Append(directories);
        var fragmentTable = data.FragmentCount == 0 ? NoTable : (ulong)tables.AppendLookup(data.EncodeFragments());
        var exportTable = tables.AppendLookup(tree.EncodeInodes());
        var idTable = tables.AppendLookup(_ids.Encode());
        var xattrTable = xattrs.Count == 0 ? NoTable : (ulong)tables.AppendXattrLookup(xattrs);
        return new SquashFsSuperblock
        {
            InodeCount = (uint)tree.InodeCount,
            ModificationTime = Time(_options.SourceDateEpoch),
            BlockSize = _options.BlockSize,
            FragmentCount = (uint)data.FragmentCount,
            Compression = _options.Compression,
            Flags = Flags(hasXattrs: xattrs.Count > 0),
            IdCount = _ids.Count,
            RootInode = tree.Root,
            BytesUsed = tables.Position,
            InodeTable = inodeTable,
            DirectoryTable = directoryTable,
            FragmentTable = fragmentTable,
            ExportTable = exportTable,
            IdTable = idTable,
            XattrTable = xattrTable,
        };
    }

    private ushort Flags(bool hasXattrs) => (ushort)(FlagAlwaysFragments | FlagDuplicates | FlagExport |
        (hasXattrs ? 0 : FlagNoXattrs) | (_compressor.OptionsBlock.Length > 0 ? FlagCompressorOptions : 0));
}

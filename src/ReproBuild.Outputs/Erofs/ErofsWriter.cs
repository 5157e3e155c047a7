using System.Buffers;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Composes the image that a layout describes: the metadata and the blocks side by side, then one after the other.</summary>
internal sealed class ErofsWriter(ErofsLayout layout, ErofsOptions options)
{
    private readonly FileContentBuilder _metadata = new();
    private readonly FileContentBuilder _blocks = new();

    /// <summary>Structures since the last tail of a file.</summary>
    private readonly ArrayBufferWriter<byte> _structures = new();

    public FileContent Compose()
    {
        ErofsStructures.WriteSuperblock(Reserve(BlockSize), layout, options);
        foreach (var node in layout.Nodes)
        {
            PadTo(node.Position);
            var body = Reserve(node.BodySize);
            var inodeSize = node.BodySize - node.XattrSize;
            ErofsStructures.WriteInode(body[..inodeSize], node);
            ErofsXattrs.Encode(ErofsXattrs.Of(node.Inode), body[inodeSize..]);
            AppendData(node);
        }

        Flush();
        return new FileContentBuilder()
            .Append(_metadata.Build()).PadTo(layout.MetadataEnd)
            .Append(_blocks.Build()).PadTo(layout.ImageSize).Build();
    }

    private void AppendData(ErofsNode node)
    {
        if (node.Compressed is { } file)
        {
            ErofsClusterIndex.Encode(Reserve(node.IndexSize), file, node.FirstBlock);
            _blocks.Append(file.Blocks);
            return;
        }

        var data = Data(node);
        if (node.TailSize == data.Length && node.Inode.Type != FileType.RegularFile)
        {
            // Bytes of our own, the most common case: they join the structures around them.
            data.Read(0, Reserve(node.TailSize));
            return;
        }

        _blocks.Append(data.Slice(0, data.Length - node.TailSize)).AlignTo(BlockSize);
        if (node.TailSize > 0)
        {
            Flush();
            _metadata.Append(data.Slice(data.Length - node.TailSize, node.TailSize));
        }
    }

    private static FileContent Data(ErofsNode node) => node.Inode.Type switch
    {
        FileType.Directory => FileContent.FromBytes(node.Directory!.Encode()),
        FileType.SymbolicLink => FileContent.FromBytes(node.Inode.LinkTarget.Memory),
        _ => node.Inode.Content,
    };

    /// <summary>Pads with bytes within structures, so that the image has few parts, and with a hole over more.</summary>
    private void PadTo(long position)
    {
        var gap = position - _metadata.Length - _structures.WrittenCount;
        if (gap < InodeSlotSize)
        {
            Reserve((int)gap).Clear();
            return;
        }

        Flush();
        _metadata.PadTo(position);
    }

    /// <summary>The next bytes of the structures, to be filled.</summary>
    private Span<byte> Reserve(int size)
    {
        var bytes = _structures.GetSpan(size)[..size];
        _structures.Advance(size);
        return bytes;
    }

    private void Flush()
    {
        _metadata.Append(_structures.WrittenSpan.ToArray());
        _structures.ResetWrittenCount();
    }
}

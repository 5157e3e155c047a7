using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>The tables after the data, one after the other without a gap, as the kernel checks.</summary>
internal sealed class SquashFsTables(long start, SquashFsCompressor compressor)
{
    private readonly FileContentBuilder _content = new();

    /// <summary>Where the next table begins, in bytes from the beginning of the image.</summary>
    public long Position => start + _content.Length;

    public FileContent Build() => _content.Build();

    public SquashFsMetadataWriter CreateMetadata() => new(compressor);

    /// <summary>Adds a finished stream of metadata blocks.</summary>
    /// <returns>Where it begins.</returns>
    public long Append(SquashFsMetadataWriter metadata) => Append(metadata.Finish());

    /// <summary>Adds a lookup table: its entries as metadata blocks, then the places of these blocks.</summary>
    /// <param name="entries">The entries, encoded.</param>
    /// <returns>Where the list of places begins, which is what the superblock holds.</returns>
    public long AppendLookup(ReadOnlySpan<byte> entries) => Append(AppendEntries(entries));

    /// <summary>Adds the lookup table of attribute sets, whose list of places has a header of its own.</summary>
    public long AppendXattrLookup(SquashFsXattrTable xattrs)
    {
        var pairs = Append(xattrs.Pairs);
        var locations = AppendEntries(xattrs.EncodeEntries());
        var header = new byte[16];
        var record = new SquashFsRecord(header);
        record.UInt64((ulong)pairs);
        record.UInt32(xattrs.Count);
        var position = Append(header);
        Append(locations);
        return position;
    }

    private byte[] AppendEntries(ReadOnlySpan<byte> entries)
    {
        var metadata = CreateMetadata();
        metadata.Append(entries);
        var blocks = Append(metadata);
        var locations = new byte[metadata.BlockOffsets.Count * sizeof(ulong)];
        var record = new SquashFsRecord(locations);
        foreach (var offset in metadata.BlockOffsets)
        {
            record.UInt64((ulong)(blocks + offset));
        }

        return locations;
    }

    private long Append(ReadOnlyMemory<byte> bytes)
    {
        var position = Position;
        _content.Append(bytes);
        return position;
    }
}

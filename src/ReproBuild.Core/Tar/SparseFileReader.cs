namespace ReproBuild.Core.Tar;

/// <summary>Reads the maps of sparse files, which come between a file's header and its data.</summary>
internal sealed class SparseFileReader(ArchiveInput input, TarBlockReader blocks)
{
    /// <summary>GNU's own format: the map begins in the header and continues in blocks after it.</summary>
    /// <returns>The entry with its map, and how many bytes of data follow.</returns>
    public async ValueTask<(TarEntry Entry, long DataSize)> ReadGnuAsync(
        TarEntry entry, TarHeader header, ExtendedHeaders extended, TarLocation location, CancellationToken cancellationToken)
    {
        var map = new SparseMapBuilder(location);
        var extends = GnuSparseHeader.ReadHeader(header, map, out var realSize);
        while (extends)
        {
            await ReadMapBlockAsync(extended, location, cancellationToken).ConfigureAwait(false);
            extends = GnuSparseHeader.ReadExtension(blocks.Block, map, location);
        }

        return WithMap(entry, map, realSize, entry.Size);
    }

    /// <summary>GNU's PAX formats: the map is in the records, or in whole blocks at the beginning of the data.</summary>
    /// <returns>The entry with its map, and how many bytes of data follow.</returns>
    public async ValueTask<(TarEntry Entry, long DataSize)> ReadPaxAsync(
        TarEntry entry, PaxSparseRecords sparse, ExtendedHeaders extended, TarLocation location, CancellationToken cancellationToken)
    {
        var map = new SparseMapBuilder(location);
        var dataSize = entry.Size;
        if (!sparse.HasMapInData)
        {
            sparse.ReadRuns(map);
            return WithMap(entry, map, sparse.Size, dataSize);
        }

        var parser = new SparseMapParser(map, location);
        do
        {
            if (dataSize < TarFields.BlockSize)
            {
                throw location.Malformed("a sparse map does not end before the file's data");
            }

            await ReadMapBlockAsync(extended, location, cancellationToken).ConfigureAwait(false);
            dataSize -= TarFields.BlockSize;
        }
        while (!parser.AddBlock(blocks.Block));

        return WithMap(entry, map, sparse.Size, dataSize);
    }

    private async ValueTask ReadMapBlockAsync(ExtendedHeaders extended, TarLocation location, CancellationToken cancellationToken)
    {
        extended.Reserve(TarFields.BlockSize, location);
        if (!await blocks.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw location.Malformed("it ends inside a sparse map");
        }
    }

    private (TarEntry Entry, long DataSize) WithMap(TarEntry entry, SparseMapBuilder map, long size, long dataSize) =>
        (entry with { Size = size, DataOffset = input.Position, SparseExtents = map.Build(size, dataSize, input.Position) }, dataSize);
}

using System.Buffers.Binary;
using static ReproBuild.Outputs.VirtualDisks.VmdkStructures;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>Writes the parts of a stream-optimized extent in order: each grain table after its grains, the directory at the end.</summary>
internal sealed class VmdkWriter(Stream output, long capacitySectors)
{
    private readonly byte[] _table = new byte[TableSize];
    private readonly uint[] _directory = new uint[(capacitySectors + (GrainSectors * TableEntries) - 1) / (GrainSectors * TableEntries)];
    private long _position;
    private long _tableNumber;
    private bool _tableIsUsed;

    private uint Sector => (uint)(_position / SectorSize);

    public async Task WriteStartAsync(uint contentId, CancellationToken cancellationToken)
    {
        await WriteAsync(Header(capacitySectors, directorySector: null), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Descriptor(capacitySectors, contentId), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a grain; grains come in ascending order.</summary>
    public async Task WriteGrainAsync(long number, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (record.IsEmpty)
        {
            return;
        }

        if (number / TableEntries != _tableNumber)
        {
            await WriteTableAsync(cancellationToken).ConfigureAwait(false);
            _tableNumber = number / TableEntries;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_table.AsSpan((int)(number % TableEntries) * sizeof(uint)), Sector);
        _tableIsUsed = true;
        await WriteAsync(record, cancellationToken).ConfigureAwait(false);
    }

    public async Task WriteEndAsync(CancellationToken cancellationToken)
    {
        await WriteTableAsync(cancellationToken).ConfigureAwait(false);
        var directory = new byte[((_directory.Length * sizeof(uint)) + SectorSize - 1) / SectorSize * SectorSize];
        for (var i = 0; i < _directory.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(directory.AsSpan(i * sizeof(uint)), _directory[i]);
        }

        await WriteAsync(Marker(VmdkMarker.GrainDirectory, directory.Length / SectorSize), cancellationToken).ConfigureAwait(false);
        var directorySector = Sector;
        await WriteAsync(directory, cancellationToken).ConfigureAwait(false);
        await WriteAsync(Marker(VmdkMarker.Footer, 1), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Header(capacitySectors, directorySector), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Marker(VmdkMarker.EndOfStream, 0), cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteTableAsync(CancellationToken cancellationToken)
    {
        if (!_tableIsUsed)
        {
            return;
        }

        await WriteAsync(Marker(VmdkMarker.GrainTable, TableSize / SectorSize), cancellationToken).ConfigureAwait(false);
        _directory[_tableNumber] = Sector;
        await WriteAsync(_table, cancellationToken).ConfigureAwait(false);
        _table.AsSpan().Clear();
        _tableIsUsed = false;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _position += bytes.Length;
    }
}

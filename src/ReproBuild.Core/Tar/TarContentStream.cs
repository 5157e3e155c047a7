using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The content of a <see cref="TarReader"/>'s current entry, with holes filled with zeros.</summary>
internal sealed class TarContentStream(TarReader reader, TarEntry entry) : ForwardReadStream
{
    private readonly ImmutableArray<DataExtent> _extents =
        !entry.SparseExtents.IsDefault ? entry.SparseExtents : entry.Size == 0 ? [] : [new DataExtent(0, entry.DataOffset, entry.Size)];

    private long _position;
    private int _extent;

    public override long Length => entry.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The content of a tar entry is read once, forward.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (run, isData) = NextRun();
        buffer = buffer[..(int)Math.Min(run, buffer.Length)];
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (!isData)
        {
            buffer.Span.Clear();
            _position += buffer.Length;
            return buffer.Length;
        }

        var count = await reader.ReadDataAsync(entry, buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("The content of a tar entry is read asynchronously.");

    private (long Length, bool IsData) NextRun()
    {
        while (_extent < _extents.Length && _extents[_extent].Offset + _extents[_extent].Length <= _position)
        {
            _extent++;
        }

        if (_extent == _extents.Length)
        {
            return (entry.Size - _position, false);
        }

        var extent = _extents[_extent];
        return _position < extent.Offset ? (extent.Offset - _position, false) : (extent.Offset + extent.Length - _position, true);
    }
}

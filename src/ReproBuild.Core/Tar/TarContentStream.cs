using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The content of a <see cref="TarReader"/>'s current entry, with holes filled with zeros.</summary>
internal sealed class TarContentStream(TarReader reader, TarEntry entry) : Stream
{
    private readonly ImmutableArray<DataExtent> _extents =
        !entry.SparseExtents.IsDefault ? entry.SparseExtents : entry.Size == 0 ? [] : [new DataExtent(0, entry.DataOffset, entry.Size)];

    private long _position;
    private int _extent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The content of a tar entry is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The content of a tar entry is read once, forward.");

    public override void SetLength(long value) => throw new NotSupportedException("The content of a tar entry is read only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content of a tar entry is read only.");

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

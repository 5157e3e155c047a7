using System.Buffers;

namespace ReproBuild.Core.FileSystem;

/// <summary>A blob whose bytes are compared with their checksums each time they are read, in the memory from which they are handed out.</summary>
/// <remarks>So nothing that changes the bytes after they were verified as a whole, such as a failing disk, reaches a reader.</remarks>
public sealed class VerifiedBlob : Blob, IDisposable
{
    private readonly Blob _inner;
    private readonly BlockChecksums _checksums;
    private readonly string _name;

    /// <summary>The block that was read in part last: small files lie beside each other, so the next read often wants it too.</summary>
    private Block? _last;
    private volatile bool _isDisposed;

    /// <summary>Verifies a blob by checksums that were computed when the whole was verified.</summary>
    /// <param name="inner">The blob; if it can be disposed, it is disposed with this one.</param>
    /// <param name="checksums">The checksums.</param>
    /// <param name="name">What the error calls it, such as a path in quotation marks.</param>
    public VerifiedBlob(Blob inner, BlockChecksums checksums, string name)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(checksums);
        (_inner, _checksums, _name) = (inner, checksums, name);
    }

    /// <inheritdoc/>
    public override long Length => _checksums.Length;

    /// <inheritdoc/>
    /// <exception cref="IntegrityException">The bytes are not those that were verified; the buffer holds nothing of them.</exception>
    public override int Read(long offset, Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Min(buffer.Length, Math.Max(0, Length - offset));
        for (var done = 0; done < count;)
        {
            done += ReadSome(offset + done, buffer[done..count]);
        }

        return count;
    }

    /// <summary>Disposes the blob that is verified; nothing can be read any more.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        (_inner as IDisposable)?.Dispose();
    }

    private int ReadSome(long offset, Span<byte> buffer)
    {
        var block = offset / BlockChecksums.BlockSize;
        var within = (int)(offset % BlockChecksums.BlockSize);
        var whole = within > 0 ? 0
            : offset + buffer.Length == Length ? buffer.Length
            : buffer.Length / BlockChecksums.BlockSize * BlockChecksums.BlockSize;
        if (whole > 0)
        {
            ReadBlocks(block, buffer[..whole]);
            return whole;
        }

        var count = Math.Min(buffer.Length, _checksums.SizeOf(block) - within);
        CopyPart(block, within, buffer[..count]);
        return count;
    }

    private void CopyPart(long number, int within, Span<byte> buffer)
    {
        var block = Interlocked.Exchange(ref _last, null) ?? new Block(ArrayPool<byte>.Shared.Rent(BlockChecksums.BlockSize));
        if (block.Number != number)
        {
            // A block that cannot be read is not kept, so its number need not be taken back.
            ReadBlocks(number, block.Bytes.AsSpan(0, _checksums.SizeOf(number)));
            block.Number = number;
        }

        block.Bytes.AsSpan(within, buffer.Length).CopyTo(buffer);
        if (Interlocked.Exchange(ref _last, block) is { } other)
        {
            ArrayPool<byte>.Shared.Return(other.Bytes);
        }
    }

    private void ReadBlocks(long first, Span<byte> buffer)
    {
        var offset = first * BlockChecksums.BlockSize;
        var count = _inner.Read(offset, buffer);
        for (var done = 0; done < buffer.Length; done += BlockChecksums.BlockSize)
        {
            var block = first + (done / BlockChecksums.BlockSize);
            var size = _checksums.SizeOf(block);
            if (count < done + size || !_checksums.Matches(block, buffer.Slice(done, size)))
            {
                buffer.Clear();
                throw new IntegrityException(
                    $"{_name} changed after it was verified: the {size} bytes at {offset + done} are others. Build again, and check the disk.");
            }
        }
    }

    private sealed class Block(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public long Number { get; set; } = -1;
    }
}

using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Cache;

/// <summary>Hashes and stores an uncompressed layer while its entries are read, and stops one that grows beyond the limits.</summary>
internal sealed class LayerTee(Stream uncompressed, Stream archive, ContentHash hash, long compressedSize, InputLimits limits) : ForwardStream
{
    // A small layer may compress to almost nothing: tar pads with zeros.
    private const long FreeSize = 16 * 1024 * 1024;

    /// <summary>How many uncompressed bytes were read.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var count = uncompressed.Read(buffer);
        Account(buffer[..count]);
        archive.Write(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await uncompressed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Account(buffer.Span[..count]);
        await archive.WriteAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
        return count;
    }

    private void Account(ReadOnlySpan<byte> bytes)
    {
        hash.Append(bytes);
        Count += bytes.Length;
        if (Count > limits.MaxArchiveSize)
        {
            throw new IntegrityException($"it uncompresses to more than {limits.MaxArchiveSize} bytes (limit {nameof(InputLimits.MaxArchiveSize)})");
        }

        if (Count > FreeSize && Count / limits.MaxCompressionRatio >= compressedSize)
        {
            throw new IntegrityException(
                $"its {compressedSize} bytes uncompress to more than {limits.MaxCompressionRatio} times as many (limit {nameof(InputLimits.MaxCompressionRatio)})");
        }
    }
}

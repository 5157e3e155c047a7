using ReproBuild.Core.Layers;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using SharpCompress.Common;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompresses a layer in one pass: both digests are checked, the archive is stored and its entries are read on the way.</summary>
internal sealed class LayerIngest(ImageReference repository, OciDescriptor descriptor, Digest diffId, InputLimits limits)
{
    private const int BufferSize = 128 * 1024;

    /// <param name="path">The layer as the registry stores it.</param>
    /// <param name="archive">Receives the uncompressed layer; after an error what was written is worthless.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="CorruptBlobException">The file does not have the descriptor's digest.</exception>
    /// <exception cref="IntegrityException">The layer is malformed, exceeds a limit, or does not have the diff id.</exception>
    public async Task<LayerIndex> RunAsync(string path, Stream archive, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            BufferSize,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        var magic = await LayerCompression.ReadMagicAsync(file, cancellationToken).ConfigureAwait(false);
        using var hash = new ContentHash(descriptor.Digest);
        await using var compressed = new HashingStream(file, hash);
        LayerIndex? index = null;
        Exception? failure = null;
        try
        {
            index = await ReadAsync(compressed, magic, archive, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLayersFault(e))
        {
            failure = e;
        }

        // What follows the compressed stream belongs to the blob too; and a damaged file explains every other fault.
        await compressed.CopyToAsync(Stream.Null, BufferSize, cancellationToken).ConfigureAwait(false);
        return hash.Finish() != descriptor.Digest ? throw new CorruptBlobException(path, descriptor)
            : failure is not null ? throw Describe(failure)
            : index!;
    }

    private async Task<LayerIndex> ReadAsync(Stream compressed, byte[] magic, Stream archive, CancellationToken cancellationToken)
    {
        using var hash = new ContentHash(diffId);
        var uncompressed = LayerCompression.Open(compressed, magic);
        try
        {
            await using var tee = new LayerTee(uncompressed, archive, hash, descriptor.Size, limits);
            var index = await LayerIndex.FromTarAsync(tee, limits, cancellationToken).ConfigureAwait(false);
            await tee.CopyToAsync(Stream.Null, BufferSize, cancellationToken).ConfigureAwait(false);
            var actual = hash.Finish();
            return actual == diffId ? index : throw new IntegrityException(
                $"its {tee.Count} uncompressed bytes have the digest {actual}, but the image's configuration says {diffId}; "
                + "the image is malformed, build it again");
        }
        finally
        {
            if (uncompressed != compressed)
            {
                await uncompressed.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // SharpCompress reports some damaged zstd frames by exceptions of its own and of its array accesses.
    private static bool IsLayersFault(Exception e) =>
        e is IntegrityException or InvalidDataException or EndOfStreamException
            or ZstdException or SharpCompressException or IndexOutOfRangeException;

    private IntegrityException Describe(Exception failure) =>
        new($"The layer {descriptor.Digest} of {repository} cannot be used: {failure.Message.TrimEnd('.')}.", failure);
}

/// <summary>Hashes and stores an uncompressed layer while its entries are read, and stops one that grows beyond the limits.</summary>
internal sealed class LayerTee(Stream uncompressed, Stream archive, ContentHash hash, long compressedSize, InputLimits limits) : ForwardStream
{
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

        if (Count > limits.CompressionRatioThreshold && Count / limits.MaxCompressionRatio >= compressedSize)
        {
            throw new IntegrityException(
                $"its {compressedSize} bytes uncompress to more than {limits.MaxCompressionRatio} times as many "
                + $"(limit {nameof(InputLimits.MaxCompressionRatio)})");
        }
    }
}

using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using SharpCompress.Common;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompresses a layer in one pass: both digests are checked, the archive is stored and its entries are read on the way.</summary>
/// <param name="repository">Where the blob is.</param>
/// <param name="descriptor">The blob.</param>
/// <param name="path">The file of the blob, for errors.</param>
/// <param name="diffId">The digest of the uncompressed layer.</param>
/// <param name="limits">What the layer must not exceed.</param>
internal sealed class LayerIngest(ImageReference repository, OciDescriptor descriptor, string path, Digest diffId, InputLimits limits)
{
    private const int BufferSize = 128 * 1024;

    public ImageReference Repository => repository;

    public OciDescriptor Descriptor => descriptor;

    public Digest DiffId => diffId;

    /// <param name="blob">The layer as the registry stores it.</param>
    /// <param name="archive">Receives the uncompressed layer; after an error what was written is worthless.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="CorruptBlobException">The blob does not have the descriptor's digest.</exception>
    /// <exception cref="IntegrityException">The layer is malformed, exceeds a limit, or does not have the diff id.</exception>
    public async Task<LayerRecord> RunAsync(Blob blob, Stream archive, CancellationToken cancellationToken)
    {
        await using var file = new FileContent(blob, 0, blob.Length).OpenRead();
        var magic = await LayerCompression.ReadMagicAsync(file, cancellationToken).ConfigureAwait(false);
        using var hash = new ContentHash(descriptor.Digest);
        await using var compressed = new HashingStream(file, hash);
        LayerRecord? record = null;
        Exception? failure = null;
        try
        {
            record = await ReadAsync(compressed, magic, archive, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLayersFault(e))
        {
            failure = e;
        }

        // What follows the compressed stream belongs to the blob too; and a damaged file explains every other fault.
        await compressed.CopyToAsync(Stream.Null, BufferSize, cancellationToken).ConfigureAwait(false);
        return hash.Finish() != descriptor.Digest ? throw new CorruptBlobException(path, descriptor)
            : failure is not null ? throw Describe(failure)
            : record!;
    }

    private async Task<LayerRecord> ReadAsync(Stream compressed, byte[] magic, Stream archive, CancellationToken cancellationToken)
    {
        var uncompressed = LayerCompression.Open(compressed, magic);
        try
        {
            await using var tee = new LayerTee(uncompressed, archive, descriptor.Size, limits);
            return await LayerRecord.ReadAsync(tee, diffId, limits, cancellationToken).ConfigureAwait(false);
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

/// <summary>Stores an uncompressed layer while it is read, and stops one that grows beyond the limits.</summary>
internal sealed class LayerTee(Stream uncompressed, Stream archive, long compressedSize, InputLimits limits) : ForwardReadStream
{
    private long _count;

    public override int Read(Span<byte> buffer)
    {
        var count = uncompressed.Read(buffer);
        Account(count);
        archive.Write(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await uncompressed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Account(count);
        await archive.WriteAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
        return count;
    }

    private void Account(int read)
    {
        _count += read;
        if (_count > limits.MaxArchiveSize)
        {
            throw new IntegrityException($"it uncompresses to more than {limits.MaxArchiveSize} bytes (limit {nameof(InputLimits.MaxArchiveSize)})");
        }

        if (_count > limits.CompressionRatioThreshold && _count / limits.MaxCompressionRatio >= compressedSize)
        {
            throw new IntegrityException(
                $"its {compressedSize} bytes uncompress to more than {limits.MaxCompressionRatio} times as many "
                + $"(limit {nameof(InputLimits.MaxCompressionRatio)})");
        }
    }
}

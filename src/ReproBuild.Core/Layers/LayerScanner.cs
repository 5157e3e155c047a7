using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>Reads an uncompressed layer once for all that a <see cref="LayerRecord"/> holds.</summary>
internal sealed class LayerScanner(Stream archive, Digest diffId, InputLimits limits) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    // A map of a few bytes may declare holes without end, and hashing their zeros takes as long as if they were data.
    private const long MaxHashedHoles = 1L << 30;

    private readonly ScannedStream _stream = new(archive, diffId);
    private readonly IncrementalHash _contentHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _hashes = new();
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private long _holesLeft = MaxHashedHoles;

    /// <exception cref="IntegrityException">The archive is malformed, exceeds a limit, or does not have the diff id.</exception>
    public async Task<LayerRecord> ScanAsync(CancellationToken cancellationToken)
    {
        using var reader = new TarReader(_stream, limits, keepsOthers: false);
        var entries = ImmutableArray.CreateBuilder<TarEntry>();
        while (await reader.ReadEntryAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            entries.Add(entry);
            await HashContentAsync(reader, entry, cancellationToken).ConfigureAwait(false);
        }

        var (digest, checksums) = _stream.Finish();
        return digest == diffId
            ? new LayerRecord(diffId, checksums, new LayerIndex(entries.DrainToImmutable(), _hashes.WrittenSpan.ToArray()))
            : throw new IntegrityException(
                $"its {checksums.Length} uncompressed bytes have the digest {digest}, but the image's configuration says {diffId}; "
                + "the image is malformed, build it again");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _contentHash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async ValueTask HashContentAsync(TarReader reader, TarEntry entry, CancellationToken cancellationToken)
    {
        var isHashed = IsHashed(entry);
        if (isHashed)
        {
            var content = reader.OpenContent();
            while (await content.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                _contentHash.AppendData(_buffer, 0, count);
            }
        }

        AppendHash(isHashed);
    }

    private void AppendHash(bool isHashed)
    {
        var hash = _hashes.GetSpan(SHA256.HashSizeInBytes)[..SHA256.HashSizeInBytes];
        hash.Clear();
        if (isHashed)
        {
            _contentHash.GetHashAndReset(hash);
        }

        _hashes.Advance(SHA256.HashSizeInBytes);
    }

    private bool IsHashed(TarEntry entry)
    {
        if (entry.Type != TarEntryType.RegularFile || entry.SparseExtents.IsDefault)
        {
            return entry.Type == TarEntryType.RegularFile;
        }

        var holes = entry.Size - entry.SparseExtents.Sum(static extent => extent.Length);
        if (holes > _holesLeft)
        {
            return false;
        }

        _holesLeft -= holes;
        return true;
    }
}

/// <summary>Computes the digest and the checksums of what is read through it.</summary>
internal sealed class ScannedStream(Stream inner, Digest expected) : ForwardReadStream
{
    private readonly IncrementalHash _hash =
        IncrementalHash.CreateHash(expected.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    private readonly BlockChecksumBuilder _checksums = new();

    /// <summary>The results, once everything is read.</summary>
    public (Digest Digest, BlockChecksums Checksums) Finish() =>
        (Digest.Parse($"{expected.Algorithm}:{Convert.ToHexStringLower(_hash.GetHashAndReset())}"), _checksums.Build());

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Append(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Append(buffer.Span[..count]);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _checksums.Append(bytes);
    }
}

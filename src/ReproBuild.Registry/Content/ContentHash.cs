using System.Buffers;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Registry.Content;

/// <summary>Computes a digest in the algorithm of an expected one, while bytes arrive.</summary>
internal sealed class ContentHash(Digest expected) : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly IncrementalHash _hash =
        IncrementalHash.CreateHash(expected.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digest of what was appended; the next bytes start anew.</summary>
    public Digest Finish() => Digest.Parse($"{expected.Algorithm}:{Convert.ToHexStringLower(_hash.GetHashAndReset())}");

    public void Dispose() => _hash.Dispose();

    /// <summary>The digest of <paramref name="content"/> in the algorithm of <paramref name="expected"/>.</summary>
    public static Digest Of(Digest expected, ReadOnlySpan<byte> content)
    {
        using var hash = new ContentHash(expected);
        hash.Append(content);
        return hash.Finish();
    }

    /// <summary>Reads a blob once, and gives what its later reads are verified by; null when it does not have the digest.</summary>
    /// <exception cref="IOException">The blob cannot be read.</exception>
    public static BlockChecksums? Verify(Blob blob, Digest expected, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var hash = new ContentHash(expected);
            var checksums = new BlockChecksumBuilder();
            int count;
            while ((count = blob.Read(checksums.Length, buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, count));
                checksums.Append(buffer.AsSpan(0, count));
            }

            return hash.Finish() == expected ? checksums.Build() : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Hashes what is read through it.</summary>
internal sealed class HashingStream(Stream inner, ContentHash hash) : ForwardReadStream
{
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        hash.Append(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        hash.Append(buffer.Span[..count]);
        return count;
    }
}

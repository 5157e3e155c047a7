using System.Buffers;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Cache;

/// <summary>Compares stored bytes with the digest they are stored under.</summary>
internal static class BlobDigest
{
    private const int BufferSize = 256 * 1024;

    public static bool Matches(ReadOnlySpan<byte> bytes, Digest expected) => ContentHash.Of(expected, bytes) == expected;

    /// <exception cref="IOException">The blob cannot be read.</exception>
    public static bool Matches(Blob blob, Digest expected, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var hash = new ContentHash(expected);
            long offset = 0;
            int count;
            while ((count = blob.Read(offset, buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, count));
                offset += count;
            }

            return hash.Finish() == expected;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

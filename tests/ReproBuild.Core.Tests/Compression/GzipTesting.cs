using System.IO.Compression;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>Compresses and unpacks whole buffers.</summary>
internal static class GzipTesting
{
    public const int PieceSize = PieceFormat.PieceLength;

    public static byte[] Compress(
        ReadOnlySpan<byte> data, int writeSize = int.MaxValue, int maxParallelism = 1, CompressionEffort effort = CompressionEffort.Default)
    {
        using var output = new MemoryStream();
        using (var gzip = new DeterministicGzipStream(output, leaveOpen: true, maxParallelism, effort))
        {
            while (!data.IsEmpty)
            {
                var count = Math.Min(writeSize, data.Length);
                gzip.Write(data[..count]);
                data = data[count..];
            }
        }

        return output.ToArray();
    }

    public static async Task<byte[]> CompressAsync(ReadOnlyMemory<byte> data, int writeSize, int maxParallelism)
    {
        using var output = new MemoryStream();
        await using (var gzip = new DeterministicGzipStream(output, leaveOpen: true, maxParallelism))
        {
            while (!data.IsEmpty)
            {
                var count = Math.Min(writeSize, data.Length);
                await gzip.WriteAsync(data[..count]);
                await gzip.FlushAsync();
                data = data[count..];
            }
        }

        return output.ToArray();
    }

    public static byte[] Unpack(byte[] compressed)
    {
        using var output = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        gzip.CopyTo(output);
        return output.ToArray();
    }
}

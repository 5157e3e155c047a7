using System.IO.Hashing;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>Each of the streams by the name of its format, and a reader of another project or of the library itself.</summary>
internal static class CompressionStreams
{
    public const int PieceLength = PieceFormat.PieceLength;

    public static IEnumerable<string> Names => ["gzip", "zstd", "zstd, best", "lz4"];

    public static PieceFormat Format(string name) => name switch
    {
        "gzip" => new GzipPieceFormat(CompressionEffort.Default),
        "zstd" => new ZstandardPieceFormat(CompressionEffort.Default),
        "zstd, best" => new ZstandardPieceFormat(CompressionEffort.Best),
        "lz4" => new Lz4PieceFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such format."),
    };

    public static DeterministicCompressionStream Open(string name, Stream inner, int maxParallelism = 1) => name switch
    {
        "gzip" => new DeterministicGzipStream(inner, leaveOpen: true, maxParallelism),
        "zstd" => new DeterministicZstandardStream(inner, leaveOpen: true, maxParallelism),
        "zstd, best" => new DeterministicZstandardStream(inner, leaveOpen: true, maxParallelism, CompressionEffort.Best),
        "lz4" => new DeterministicLz4Stream(inner, leaveOpen: true, maxParallelism),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such format."),
    };

    public static byte[] Compress(string name, ReadOnlySpan<byte> data, int maxParallelism = 1)
    {
        using var output = new MemoryStream();
        using (var stream = Open(name, output, maxParallelism))
        {
            stream.Write(data);
        }

        return output.ToArray();
    }

    public static byte[] Unpack(string name, byte[] compressed)
    {
        switch (name)
        {
            case "gzip":
                return GzipTesting.Unpack(compressed);
            case "zstd" or "zstd, best":
                return ZstandardTesting.Decompress(compressed);
            default:
                using (var reader = new Lz4LegacyReader(new MemoryStream(compressed)))
                {
                    using var output = new MemoryStream();
                    reader.CopyTo(output);
                    return output.ToArray();
                }
        }
    }

    /// <summary>What is known of some input without it.</summary>
    public static CheckedLength InputOf(ReadOnlySpan<byte> data) => new(data.Length, Crc32.HashToUInt32(data));

    /// <summary>A piece compressed alone.</summary>
    public static byte[] Encode(PieceFormat format, ReadOnlySpan<byte> piece)
    {
        var encoded = new byte[format.MaxEncodedLength];
        return encoded[..format.Encode(piece, encoded)];
    }
}

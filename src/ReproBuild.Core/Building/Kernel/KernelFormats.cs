using System.Buffers.Binary;
using System.IO.Compression;
using ReproBuild.Core.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;
using CompressionMode = SharpCompress.Compressors.CompressionMode;
using FrameworkMode = System.IO.Compression.CompressionMode;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>Recognises and unpacks the compression of the kernel's build (Linux, lib/decompress.c has the same magic numbers).</summary>
internal static class KernelFormats
{
    private const int LzmaPropertiesLength = 5;
    private const int LzmaHeaderLength = LzmaPropertiesLength + 8;

    // The window is allocated before anything is unpacked; the kernel's build uses 64 MiB at most.
    private const uint MaxLzmaDictionary = 128 * 1024 * 1024;

    public static KernelCompression Recognize(ReadOnlySpan<byte> start) => start switch
    {
        [0x1F, 0x8B, ..] => KernelCompression.Gzip,
        [(byte)'B', (byte)'Z', (byte)'h', ..] => KernelCompression.Bzip2,
        [0x5D, 0, 0, ..] => KernelCompression.Lzma,
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => KernelCompression.Xz,
        [0x89, (byte)'L', (byte)'Z', (byte)'O', 0, ..] => KernelCompression.Lzo,
        [0x02, 0x21, 0x4C, 0x18, ..] => KernelCompression.Lz4,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => KernelCompression.Zstandard,
        _ => KernelCompression.None,
    };

    /// <summary>Opens the uncompressed content; disposing it leaves <paramref name="compressed"/> open.</summary>
    /// <exception cref="IntegrityException">It is compressed with LZO, or with more memory than allowed.</exception>
    public static Stream Open(KernelCompression compression, Stream compressed) => compression switch
    {
        KernelCompression.Gzip => new GZipStream(compressed, FrameworkMode.Decompress, leaveOpen: true),
        KernelCompression.Bzip2 => BZip2Stream.Create(compressed, CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true),
        KernelCompression.Lzma => OpenLzma(compressed),
        KernelCompression.Xz => new XZStream(compressed),
        KernelCompression.Lz4 => new Lz4LegacyReader(compressed),
        KernelCompression.Zstandard => new DecompressionStream(compressed, leaveOpen: true),
        KernelCompression.Lzo => throw new IntegrityException(
            "it is compressed with LZO, which is not supported; build it with gzip, xz, lz4 or zstd"),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "This is not a kind of compression."),
    };

    // The .lzma format: the coder's properties, the size of its dictionary, and the uncompressed size, all ones if unknown.
    private static LzmaStream OpenLzma(Stream compressed)
    {
        var header = new byte[LzmaHeaderLength];
        compressed.ReadExactly(header);
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(1));
        if (dictionary > MaxLzmaDictionary)
        {
            throw new IntegrityException($"its LZMA dictionary of {dictionary} bytes is larger than the {MaxLzmaDictionary} bytes allowed");
        }

        var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(LzmaPropertiesLength));
        return LzmaStream.Create(header[..LzmaPropertiesLength], compressed, -1, size, leaveOpen: true);
    }
}

/// <summary>How a kernel can be compressed.</summary>
internal enum KernelCompression
{
    None,
    Gzip,
    Bzip2,
    Lzma,
    Xz,
    Lzo,
    Lz4,
    Zstandard,
}

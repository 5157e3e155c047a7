using System.Buffers.Binary;
using System.Text;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>
/// The header of an EFI zboot image: a program for UEFI that unpacks the kernel it holds (Linux, drivers/firmware/efi/libstub/zboot-header.S).
/// </summary>
/// <param name="bytes">The first bytes of the file, at least <see cref="Length"/>.</param>
internal readonly ref struct EfiZbootHeader(ReadOnlySpan<byte> bytes)
{
    /// <summary>How many bytes of a file it takes, from the first on.</summary>
    public const int Length = 0x40;

    private const int TypeOffset = 4;
    private const int PayloadOffsetOffset = 8;
    private const int PayloadLengthOffset = 12;
    private const int CompressionOffset = 24;
    private const int CompressionEnd = 0x38;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the payload lies, in bytes from the start of the file.</summary>
    public long PayloadOffset => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[PayloadOffsetOffset..]);

    /// <summary>The length of the payload in bytes; a size that the kernel's build appends to it is not counted.</summary>
    public long PayloadLength => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[PayloadLengthOffset..]);

    /// <summary>What the kernel's build calls the compression: gzip and zstd; before Linux 6.14 also lz4, lzma, lzo, xzkern and zstd22.</summary>
    public string Compression
    {
        get
        {
            var text = _bytes[CompressionOffset..CompressionEnd];
            var end = text.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
            return Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
        }
    }

    /// <summary>Whether a file that begins with these bytes has the header.</summary>
    public static bool IsPresent(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Length && bytes.StartsWith("MZ"u8) && bytes[TypeOffset..].StartsWith("zimg"u8);
}

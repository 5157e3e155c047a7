using System.Buffers.Binary;

namespace ReproBuild.Outputs.Boot.Kernel;

/// <summary>The header of an arm64 Image (Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image").</summary>
/// <param name="bytes">The first <see cref="Size"/> bytes of the kernel.</param>
internal readonly struct Arm64ImageHeader(ReadOnlyMemory<byte> bytes)
{
    public const int Size = 64;

    private const int TextOffsetOffset = 8;
    private const int ImageSizeOffset = 16;
    private const int MagicOffset = 0x38;
    private const uint Magic = 0x644d5241;

    /// <summary>The offset of kernels before 3.17, whose header tells neither size nor offset.</summary>
    private const ulong OldTextOffset = 0x80000;

    /// <summary>How many bytes above a multiple of 2 MiB the kernel runs.</summary>
    public ulong TextOffset => ImageSize == 0 ? OldTextOffset : UInt64(TextOffsetOffset);

    /// <summary>How much memory the kernel takes from there, in bytes; 0 when it does not tell.</summary>
    public ulong ImageSize => UInt64(ImageSizeOffset);

    public static bool IsPresent(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[MagicOffset..]) == Magic;

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[offset..]);
}

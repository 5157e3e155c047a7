using System.Buffers.Binary;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>The header of a frame (RFC 8878, section 3.1.1.1).</summary>
internal static class FrameHeader
{
    private const int DescriptorOffset = 4;
    private const int SizeOffset = 5;
    private const byte SingleSegment = 1 << 5;
    private const int SizeFlagShift = 6;

    // A size of two bytes counts from here (section 3.1.1.1.4).
    private const int TwoByteBase = 256;

    /// <summary>Writes the header of a single segment with the size of its content.</summary>
    /// <param name="destination">At least <see cref="ZstandardFormat.MaxFrameHeaderLength"/> bytes.</param>
    /// <param name="contentLength">How many bytes the frame contains uncompressed.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> destination, int contentLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, ZstandardFormat.Magic);
        var size = destination[SizeOffset..];
        switch (contentLength)
        {
            case < TwoByteBase:
                destination[DescriptorOffset] = SingleSegment;
                size[0] = (byte)contentLength;
                return SizeOffset + sizeof(byte);
            case <= TwoByteBase + ushort.MaxValue:
                destination[DescriptorOffset] = SingleSegment | (1 << SizeFlagShift);
                BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)(contentLength - TwoByteBase));
                return SizeOffset + sizeof(ushort);
            default:
                destination[DescriptorOffset] = SingleSegment | (2 << SizeFlagShift);
                BinaryPrimitives.WriteInt32LittleEndian(size, contentLength);
                return SizeOffset + sizeof(int);
        }
    }
}

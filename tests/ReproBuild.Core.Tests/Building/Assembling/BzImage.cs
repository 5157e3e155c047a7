using System.Buffers.Binary;

namespace ReproBuild.Core.Tests.Building.Assembling;

/// <summary>Makes the parts of a bzImage that lead to its payload.</summary>
internal static class BzImage
{
    private const int SetupSectors = 3;
    private const int PayloadOffset = 0x123;

    /// <param name="payload">The compressed kernel.</param>
    /// <param name="size">What is appended as its uncompressed size, or null for nothing.</param>
    public static byte[] Make(byte[] payload, uint? size)
    {
        var length = payload.Length + (size is null ? 0 : 4);
        var start = ((SetupSectors + 1) * 512) + PayloadOffset;
        var image = new byte[start + length];
        image[0x1F1] = SetupSectors;
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x1FE), 0xAA55);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x020F);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), PayloadOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x24C), (uint)length);
        payload.CopyTo(image.AsSpan(start));
        if (size is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(start + payload.Length), size.Value);
        }

        return image;
    }

    public static byte[] With(byte[] image, int offset, byte value)
    {
        var changed = image.ToArray();
        changed[offset] = value;
        return changed;
    }
}

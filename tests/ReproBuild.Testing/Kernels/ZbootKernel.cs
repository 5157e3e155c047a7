using System.Buffers.Binary;
using System.Text;

namespace ReproBuild.Testing.Kernels;

/// <summary>Puts a compressed kernel into an EFI zboot image, whose code is left out (Linux, drivers/firmware/efi/libstub/zboot-header.S).</summary>
public static class ZbootKernel
{
    private const int PeOffset = 0x40;
    private const int PayloadOffset = 0x1234;
    private const int EndLength = 0x200;

    /// <param name="payload">The compressed kernel.</param>
    /// <param name="compression">What the kernel's build calls the compression.</param>
    /// <param name="size">What is appended as its uncompressed size, or null for nothing, as with gzip, which has it already.</param>
    public static byte[] Create(ReadOnlySpan<byte> payload, string compression, uint? size)
    {
        var image = new byte[PayloadOffset + payload.Length + EndLength];
        "MZ\0\0zimg"u8.CopyTo(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(8), PayloadOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), (uint)payload.Length);
        Encoding.ASCII.GetBytes(compression, image.AsSpan(24));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x38), 0x818223cd);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x3c), PeOffset);
        "PE\0\0"u8.CopyTo(image.AsSpan(PeOffset));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(PeOffset + 4), 0xaa64);
        payload.CopyTo(image.AsSpan(PayloadOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(PayloadOffset + payload.Length), size ?? 0);
        image.AsSpan(PayloadOffset + payload.Length + sizeof(uint)).Fill(0xcc);
        return image;
    }
}

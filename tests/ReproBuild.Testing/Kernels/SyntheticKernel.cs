using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Kernels;

/// <summary>Files with the headers of a kernel and no code behind them, for tests that boot nothing.</summary>
public static class SyntheticKernel
{
    private const int Size = 64 * 1024;
    private const int PeOffset = 0x80;

    /// <summary>A bzImage of boot protocol 2.15 that is an EFI program too.</summary>
    public static FileContent BzImage(uint commandLineSize = 2047, bool isEfi = true)
    {
        var image = Create(isEfi ? (ushort)0x8664 : null);
        image[0x1f1] = 4;
        image[0x1fe] = 0x55;
        image[0x1ff] = 0xaa;
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x020f);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x20e), 0x300);
        image[0x211] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x22c), 0x7fffffff);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x238), commandLineSize);
        "6.1.0-test (builder) #1"u8.CopyTo(image.AsSpan(0x500));
        return FileContent.FromBytes(image);
    }

    /// <summary>An arm64 Image that is an EFI program too.</summary>
    public static FileContent Arm64Image()
    {
        var image = Create(0xaa64);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x38), 0x644d5241);
        return FileContent.FromBytes(image);
    }

    private static byte[] Create(ushort? machine)
    {
        var image = new byte[Size];
        for (var i = 0x1000; i < Size; i++)
        {
            image[i] = unchecked((byte)(i * 31 >> 3));
        }

        if (machine is { } value)
        {
            "MZ"u8.CopyTo(image);
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x3c), PeOffset);
            var pe = image.AsSpan(PeOffset);
            "PE\0\0"u8.CopyTo(pe);
            BinaryPrimitives.WriteUInt16LittleEndian(pe[4..], value);
            BinaryPrimitives.WriteUInt16LittleEndian(pe[20..], 160);
            BinaryPrimitives.WriteUInt16LittleEndian(pe[24..], 0x20b);
            BinaryPrimitives.WriteUInt32LittleEndian(pe[(24 + 32)..], 0x1000);
            BinaryPrimitives.WriteUInt32LittleEndian(pe[(24 + 36)..], 0x200);
            BinaryPrimitives.WriteUInt32LittleEndian(pe[(24 + 56)..], Size * 2);
        }

        return image;
    }
}

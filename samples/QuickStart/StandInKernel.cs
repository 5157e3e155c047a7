using System.Buffers.Binary;

namespace QuickStart;

/// <summary>Files with the headers of kernel images whose code does nothing but halt: enough for a boot loader to be set up for them.</summary>
/// <remarks>
/// Linux, Documentation/arch/x86/boot.rst ("The Real-Mode Kernel Header") and Documentation/arch/arm64/booting.rst; PE format, "PE32+" for
/// the EFI stub's headers.
/// </remarks>
internal static class StandInKernel
{
    /// <summary>What <c>uname -r</c> would print.</summary>
    public const string Release = "6.12.0-quickstart";

    private const int SectorSize = 512;
    private const int SetupSectors = 3;
    private const int CodeOffset = (1 + SetupSectors) * SectorSize;
    private const int CodeSize = 64 * 1024;
    private const int VersionOffset = 0x400;

    /// <summary>Halts for ever: hlt; jmp to the hlt.</summary>
    private static ReadOnlySpan<byte> Halt => [0xF4, 0xEB, 0xFD];

    /// <summary>A bzImage.</summary>
    public static byte[] Create()
    {
        var image = new byte[CodeOffset + CodeSize];
        WriteSetupHeader(image);
        WritePortableExecutableHeaders(image);
        System.Text.Encoding.ASCII.GetBytes($"{Release} (quickstart@reprobuild) #1\0", image.AsSpan(VersionOffset));
        const int entry64 = 0x200; // from the start of the protected-mode code
        Halt.CopyTo(image.AsSpan(CodeOffset));
        Halt.CopyTo(image.AsSpan(CodeOffset + entry64));
        return image;
    }

    /// <summary>An arm64 Image: a branch to the code, and the header around it.</summary>
    public static byte[] CreateArm64()
    {
        var image = new byte[CodeSize];
        UInt32(image, 0, 0x14000010);              // b #64, behind the header
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(16), CodeSize); // image_size
        "ARM\x64"u8.CopyTo(image.AsSpan(0x38));
        UInt32(image, 64, 0xD503207F);             // wfi
        UInt32(image, 68, 0x17FFFFFF);             // b #-4, to it
        return image;
    }

    private static void WriteSetupHeader(Span<byte> image)
    {
        image[0x1F1] = SetupSectors;
        UInt32(image, 0x1F4, CodeSize / 16);       // syssize, in paragraphs
        UInt16(image, 0x1FE, 0xAA55);              // boot_flag
        UInt16(image, 0x200, 0x6AEB);              // jump over the header
        "HdrS"u8.CopyTo(image[0x202..]);
        UInt16(image, 0x206, 0x020F);              // protocol 2.15
        UInt16(image, 0x20E, VersionOffset - SectorSize);
        image[0x211] = 1;                          // LOADED_HIGH
        UInt32(image, 0x214, 0x100000);            // code32_start
        UInt32(image, 0x22C, 0x7FFFFFFF);          // initrd_addr_max
        UInt32(image, 0x230, 0x200000);            // kernel_alignment
        image[0x234] = 1;                          // relocatable_kernel
        UInt16(image, 0x236, 0b1011);              // 64-bit entry, loadable above 4 GiB, 64-bit EFI hand-over
        UInt32(image, 0x238, 2047);                // cmdline_size
        BinaryPrimitives.WriteUInt64LittleEndian(image[0x258..], 0x1000000); // pref_address
        UInt32(image, 0x260, 2 * CodeSize);        // init_size
    }

    private static void WritePortableExecutableHeaders(Span<byte> image)
    {
        const int pe = 0x40, optional = pe + 24, optionalSize = 112 + (6 * 8), section = optional + optionalSize;
        "MZ"u8.CopyTo(image);
        UInt32(image, 0x3C, pe);
        "PE\0\0"u8.CopyTo(image[pe..]);
        UInt16(image, pe + 4, 0x8664);             // machine: x64
        UInt16(image, pe + 6, 1);                  // sections
        UInt16(image, pe + 20, optionalSize);
        UInt16(image, pe + 22, 0x0206);            // executable, debug information and line numbers stripped
        UInt16(image, optional, 0x20B);            // PE32+
        UInt32(image, optional + 4, CodeSize);
        UInt32(image, optional + 16, CodeOffset);  // entry point
        UInt32(image, optional + 20, CodeOffset);  // base of code
        UInt32(image, optional + 32, SectorSize);  // section alignment
        UInt32(image, optional + 36, SectorSize);  // file alignment
        UInt32(image, optional + 56, CodeOffset + CodeSize);
        UInt32(image, optional + 60, CodeOffset);  // size of headers
        UInt16(image, optional + 68, 10);          // subsystem: EFI application
        UInt32(image, optional + 108, 6);          // data directories, all empty
        ".text"u8.CopyTo(image[section..]);
        UInt32(image, section + 8, CodeSize);
        UInt32(image, section + 12, CodeOffset);
        UInt32(image, section + 16, CodeSize);
        UInt32(image, section + 20, CodeOffset);
        UInt32(image, section + 36, 0x60000020);   // code, execute, read
    }

    private static void UInt16(Span<byte> image, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image[offset..], value);

    private static void UInt32(Span<byte> image, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image[offset..], value);
}

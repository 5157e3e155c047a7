using System.Buffers.Binary;

namespace ReproBuild.Outputs.Boot.Kernel;

/// <summary>The setup header of an x86 kernel (Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").</summary>
/// <param name="bytes">The first bytes of the kernel, 0x268 at least.</param>
internal readonly struct X86SetupHeader(ReadOnlyMemory<byte> bytes)
{
    /// <summary>2.06, the first version that tells the limit of the command line.</summary>
    public const int OldestVersion = 0x0206;

    private const int SetupSectorsOffset = 0x1f1;
    private const int BootFlagOffset = 0x1fe;
    private const int MagicOffset = 0x202;
    private const int VersionOffset = 0x206;
    private const int VersionTextPointerOffset = 0x20e;
    private const int LoadFlagsOffset = 0x211;
    private const int CommandLineSizeOffset = 0x238;
    private const int TextBase = 0x200;
    private const int SectorSize = 512;

    /// <summary>The limit before version 2.06.</summary>
    private const int OldCommandLineSize = 255;

    public int Version => UInt16(VersionOffset);

    /// <summary>Whether the protected-mode part is loaded at 1 MiB (a bzImage).</summary>
    public bool IsLoadedHigh => (bytes.Span[LoadFlagsOffset] & 1) != 0;

    /// <summary>The length in bytes of the part that runs in real mode, the boot sector included; 0 sectors mean 4.</summary>
    public int SetupSize => ((bytes.Span[SetupSectorsOffset] is 0 ? 4 : bytes.Span[SetupSectorsOffset]) + 1) * SectorSize;

    public int CommandLineSize => Version < OldestVersion
        ? OldCommandLineSize
        : (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[CommandLineSizeOffset..]));

    /// <summary>Where the text that begins with the release lies, in bytes from the start of the file.</summary>
    public int? VersionTextOffset => UInt16(VersionTextPointerOffset) is var pointer && pointer == 0 ? null : pointer + TextBase;

    public static bool IsPresent(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[BootFlagOffset..]) == 0xaa55 && bytes.Slice(MagicOffset, 4).SequenceEqual("HdrS"u8);

    private int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[offset..]);
}

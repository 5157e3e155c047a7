using System.Buffers.Binary;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>The setup header of an x86 kernel, a bzImage (Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").</summary>
/// <param name="bytes">The first bytes of the kernel, at least <see cref="Length"/>.</param>
internal readonly ref struct X86SetupHeader(ReadOnlySpan<byte> bytes)
{
    /// <summary>How many bytes of a kernel it takes, from the first on.</summary>
    public const int Length = 0x250;

    /// <summary>2.06, the first version that tells the limit of the command line.</summary>
    public const int FirstVersionWithCommandLineSize = 0x0206;

    /// <summary>2.08, the first version that tells where the payload is.</summary>
    public const int FirstVersionWithPayload = 0x0208;

    private const int SetupSectorsOffset = 0x1f1;
    private const int BootFlagOffset = 0x1fe;
    private const int MagicOffset = 0x202;
    private const int VersionOffset = 0x206;
    private const int VersionTextPointerOffset = 0x20e;
    private const int LoadFlagsOffset = 0x211;
    private const int CommandLineSizeOffset = 0x238;
    private const int PayloadOffsetOffset = 0x248;
    private const int PayloadLengthOffset = 0x24c;
    private const int TextBase = 0x200;
    private const int SectorSize = 512;
    private const int DefaultSetupSectors = 4;

    /// <summary>The limit before version 2.06.</summary>
    private const int OldCommandLineSize = 255;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The version of the boot protocol: major in the high byte, minor in the low one.</summary>
    public int Version => UInt16(VersionOffset);

    /// <summary>Whether the protected-mode part is loaded at 1 MiB (a bzImage).</summary>
    public bool IsLoadedHigh => (_bytes[LoadFlagsOffset] & 1) != 0;

    /// <summary>How many bytes the command line may have.</summary>
    public int CommandLineSize => Version < FirstVersionWithCommandLineSize
        ? OldCommandLineSize
        : (int)Math.Min(int.MaxValue, UInt32(CommandLineSizeOffset));

    /// <summary>Where the text that begins with the release lies, in bytes from the start of the file.</summary>
    public int? VersionTextOffset => UInt16(VersionTextPointerOffset) is var pointer && pointer == 0 ? null : pointer + TextBase;

    /// <summary>Where the payload lies, in bytes from the start of the file; from version 2.08 on.</summary>
    public long PayloadOffset => SetupSize + UInt32(PayloadOffsetOffset);

    /// <summary>The length of the payload in bytes; from version 2.08 on.</summary>
    public long PayloadLength => UInt32(PayloadLengthOffset);

    /// <summary>The length in bytes of the part that runs in real mode, the boot sector included; 0 sectors mean 4.</summary>
    private long SetupSize => ((_bytes[SetupSectorsOffset] == 0 ? DefaultSetupSectors : _bytes[SetupSectorsOffset]) + 1L) * SectorSize;

    /// <summary>Whether a kernel that begins with these bytes has the header.</summary>
    public static bool IsPresent(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Length &&
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[BootFlagOffset..]) == 0xaa55 && bytes.Slice(MagicOffset, 4).SequenceEqual("HdrS"u8);

    private int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[offset..]);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[offset..]);
}

using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>The compressed part of a kernel file.</summary>
/// <param name="Content">The compressed data.</param>
/// <param name="Size">How many bytes it must unpack to, modulo 2^32, or null where the file does not say.</param>
internal sealed record KernelPayload(FileContent Content, uint? Size)
{
    // The fields of the x86 setup header (Linux, Documentation/arch/x86/boot.rst, "Details of Header Fields").
    private const int SetupSectorsOffset = 0x1F1;
    private const int BootFlagOffset = 0x1FE;
    private const int MagicOffset = 0x202;
    private const int VersionOffset = 0x206;
    private const int PayloadOffsetOffset = 0x248;
    private const int PayloadLengthOffset = 0x24C;
    private const int HeaderLength = 0x250;
    private const ushort BootFlag = 0xAA55;
    private const ushort FirstVersionWithPayload = 0x0208;
    private const int DefaultSetupSectors = 4;
    private const int SectorSize = 512;
    private const int SizeLength = 4;

    /// <summary>Whether the file is a bzImage, by its first bytes.</summary>
    public static bool IsBzImage(ReadOnlySpan<byte> start) =>
        start.Length >= HeaderLength &&
        BinaryPrimitives.ReadUInt16LittleEndian(start[BootFlagOffset..]) == BootFlag &&
        start.Slice(MagicOffset, 4).SequenceEqual("HdrS"u8);

    /// <summary>How many bytes of a file <see cref="IsBzImage"/> and <see cref="FromBzImage"/> look at.</summary>
    public static int InspectedLength => HeaderLength;

    /// <summary>The payload of a bzImage.</summary>
    /// <exception cref="IntegrityException">Its header names no payload, or one outside the file.</exception>
    public static KernelPayload FromBzImage(FileContent kernel, ReadOnlySpan<byte> start)
    {
        var version = BinaryPrimitives.ReadUInt16LittleEndian(start[VersionOffset..]);
        if (version < FirstVersionWithPayload)
        {
            throw new IntegrityException(
                $"this bzImage has version {version >> 8}.{version & 0xFF:D2} of the boot protocol, which names no payload; " +
                "2.08 (Linux 2.6.26) is the first that does");
        }

        var sectors = start[SetupSectorsOffset] == 0 ? DefaultSetupSectors : start[SetupSectorsOffset];
        var protectedMode = (sectors + 1L) * SectorSize;
        var offset = protectedMode + BinaryPrimitives.ReadUInt32LittleEndian(start[PayloadOffsetOffset..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(start[PayloadLengthOffset..]);
        if (length <= SizeLength || offset > kernel.Length - length)
        {
            throw new IntegrityException(
                $"the header of this bzImage places a payload of {length} bytes at {offset}, but the file has {kernel.Length} bytes; " +
                "it is damaged or truncated");
        }

        return WithSize(new FileContent(Blob.FromContent(kernel), offset, length));
    }

    /// <summary>A file that is compressed as a whole.</summary>
    public static KernelPayload FromFile(FileContent kernel, KernelCompression compression) =>
        compression == KernelCompression.Gzip && kernel.Length > SizeLength ? WithSize(kernel) : new KernelPayload(kernel, null);

    // A gzip member ends with its size (RFC 1952, section 2.3.1); to the other formats the kernel's build appends it.
    private static KernelPayload WithSize(FileContent payload)
    {
        Span<byte> size = stackalloc byte[SizeLength];
        payload.Read(payload.Length - SizeLength, size);
        return new KernelPayload(payload, BinaryPrimitives.ReadUInt32LittleEndian(size));
    }

    /// <summary>A stream over the compressed data only.</summary>
    public Stream OpenRead(KernelCompression compression) => Size is null || compression == KernelCompression.Gzip
        ? Content.OpenRead()
        : new FileContent(Blob.FromContent(Content), 0, Content.Length - SizeLength).OpenRead();
}

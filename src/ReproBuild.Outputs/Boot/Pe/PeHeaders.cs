using System.Buffers.Binary;

namespace ReproBuild.Outputs.Boot.Pe;

/// <summary>The headers of a PE32+ program (Microsoft, "PE Format": COFF File Header, Optional Header).</summary>
internal sealed class PeHeaders
{
    public const ushort MachineArm64 = 0xaa64;

    private const int PointerOffset = 0x3c;
    private const int PointerSize = 4;
    private const int SignatureSize = 4;
    private const int FileHeaderSize = 20;
    private const int SmallestOptionalHeader = 112;
    private const ushort Pe32PlusMagic = 0x20b;

    private const int CertificateTable = 4;
    private const int DirectorySize = 8;

    private readonly int _signature;

    private PeHeaders(ReadOnlySpan<byte> image, int signature)
    {
        _signature = signature;
        Machine = BinaryPrimitives.ReadUInt16LittleEndian(image[(signature + 4)..]);
        SectionCount = BinaryPrimitives.ReadUInt16LittleEndian(image[SectionCountOffset..]);
        SymbolTableOffset = BinaryPrimitives.ReadUInt32LittleEndian(image[SymbolTablePointerOffset..]);
        SectionTableOffset = OptionalHeader + BinaryPrimitives.ReadUInt16LittleEndian(image[(signature + 20)..]);
        InitializedDataSize = BinaryPrimitives.ReadUInt32LittleEndian(image[InitializedDataSizeOffset..]);
        SectionAlignment = BinaryPrimitives.ReadUInt32LittleEndian(image[(OptionalHeader + 32)..]);
        FileAlignment = BinaryPrimitives.ReadUInt32LittleEndian(image[(OptionalHeader + 36)..]);
        ImageSize = BinaryPrimitives.ReadUInt32LittleEndian(image[ImageSizeOffset..]);
        HeadersSize = BinaryPrimitives.ReadUInt32LittleEndian(image[(OptionalHeader + 60)..]);
    }

    public ushort Machine { get; }

    public ushort SectionCount { get; }

    /// <summary>Where COFF symbols begin in the file; 0 when there are none.</summary>
    public uint SymbolTableOffset { get; }

    public int SectionTableOffset { get; }

    public uint InitializedDataSize { get; }

    public uint SectionAlignment { get; }

    public uint FileAlignment { get; }

    /// <summary>The size in memory, in bytes.</summary>
    public uint ImageSize { get; }

    /// <summary>The space for all headers in the file, in bytes.</summary>
    public uint HeadersSize { get; }

    public int SectionCountOffset => _signature + 6;

    public int SymbolTablePointerOffset => _signature + 12;

    public int InitializedDataSizeOffset => OptionalHeader + 8;

    public int ImageSizeOffset => OptionalHeader + 56;

    public int ChecksumOffset => OptionalHeader + 64;

    private int DirectoryCountOffset => OptionalHeader + 108;

    /// <summary>Data directory 4, the attribute certificate table, where signatures are.</summary>
    private int CertificateTableOffset => OptionalHeader + SmallestOptionalHeader + (CertificateTable * DirectorySize);

    private int OptionalHeader => _signature + SignatureSize + FileHeaderSize;

    /// <summary>Reads the headers from the first bytes of a file; null when they are not those of a PE32+ program.</summary>
    public static PeHeaders? TryRead(ReadOnlySpan<byte> image)
    {
        if (image.Length < PointerOffset + PointerSize || !image.StartsWith("MZ"u8))
        {
            return null;
        }

        var signature = BinaryPrimitives.ReadUInt32LittleEndian(image[PointerOffset..]);
        var smallest = SignatureSize + FileHeaderSize + SmallestOptionalHeader + ((CertificateTable + 1) * DirectorySize);
        if (signature > image.Length - smallest || !image[(int)signature..].StartsWith("PE\0\0"u8) ||
            BinaryPrimitives.ReadUInt16LittleEndian(image[((int)signature + SignatureSize + FileHeaderSize)..]) != Pe32PlusMagic)
        {
            return null;
        }

        var headers = new PeHeaders(image, (int)signature);
        return IsAlignment(headers.SectionAlignment) && IsAlignment(headers.FileAlignment) && !headers.Overlap(image) ? headers : null;
    }

    /// <summary>Whether the program is signed.</summary>
    public bool HasCertificates(ReadOnlySpan<byte> image) =>
        BinaryPrimitives.ReadUInt32LittleEndian(image[DirectoryCountOffset..]) > CertificateTable &&
        BinaryPrimitives.ReadUInt64LittleEndian(image[CertificateTableOffset..]) != 0;

    /// <summary>Whether the headers lie in one another, so that what is written into one would change another.</summary>
    private bool Overlap(ReadOnlySpan<byte> image) =>
        _signature < PointerOffset + PointerSize ||
        SectionTableOffset - OptionalHeader - SmallestOptionalHeader <
            (long)BinaryPrimitives.ReadUInt32LittleEndian(image[DirectoryCountOffset..]) * DirectorySize;

    private static bool IsAlignment(uint value) => uint.IsPow2(value) && value <= 1 << 24;
}

using System.Buffers.Binary;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>
/// The structures of a virtual hard disk (Microsoft, "Virtual Hard Disk Image Format Specification" 1.0); all numbers are big-endian.
/// </summary>
internal static class VhdStructures
{
    public const int SectorSize = 512;
    public const int DynamicHeaderSize = 1024;
    public const int BlockSize = 2 * 1024 * 1024;
    public const uint FixedDisk = 2;
    public const uint DynamicDisk = 3;

    private const int FooterChecksumOffset = 64;
    private const int HeaderChecksumOffset = 36;

    /// <summary>2000-01-01T00:00:00Z, from which time stamps count.</summary>
    private const long Epoch = 946684800;

    /// <summary>The footer ("Hard Disk Footer Format").</summary>
    /// <param name="diskSize">The size of the disk in bytes.</param>
    /// <param name="type"><see cref="FixedDisk"/> or <see cref="DynamicDisk"/>.</param>
    /// <param name="options">The id and the time.</param>
    public static byte[] Footer(long diskSize, uint type, VhdOptions options)
    {
        var footer = new byte[SectorSize];
        "conectix"u8.CopyTo(footer);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(12), 0x00010000);
        BinaryPrimitives.WriteUInt64BigEndian(footer.AsSpan(16), type == FixedDisk ? ulong.MaxValue : SectorSize);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(24), (uint)Math.Clamp(options.SourceDateEpoch - Epoch, 0, uint.MaxValue));
        "rbld"u8.CopyTo(footer.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(32), 0x00010000);
        "Wi2k"u8.CopyTo(footer.AsSpan(36));
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(40), diskSize);
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(48), diskSize);

        // The largest geometry means: take the size field, for a geometry cannot express every size.
        BinaryPrimitives.WriteUInt16BigEndian(footer.AsSpan(56), ushort.MaxValue);
        (footer[58], footer[59]) = (16, 255);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(60), type);
        options.UniqueId.TryWriteBytes(footer.AsSpan(68), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(FooterChecksumOffset), Checksum(footer));
        return footer;
    }

    /// <summary>The header of a dynamic disk ("Dynamic Disk Header Format").</summary>
    public static byte[] DynamicHeader(long tableOffset, int blockCount)
    {
        var header = new byte[DynamicHeaderSize];
        "cxsparse"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(8), ulong.MaxValue);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(16), tableOffset);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(24), 0x00010000);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(28), blockCount);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(32), BlockSize);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(HeaderChecksumOffset), Checksum(header));
        return header;
    }

    /// <summary>The one's complement of the sum of all bytes, the checksum itself left out.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return ~sum;
    }
}

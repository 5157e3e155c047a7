using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Where the content that a record describes lies.</summary>
/// <param name="Sector">Its first sector; 0 when it has none.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Flags">The file flags.</param>
internal readonly record struct RecordedExtent(uint Sector, uint Length, byte Flags);

/// <summary>A directory record (ECMA-119, section 9.1).</summary>
internal static class DirectoryRecord
{
    private const ushort VolumeSequenceNumber = 1;

    /// <summary>The system use field begins at an even offset.</summary>
    public static int SystemUseOffset(int identifierLength) => (RecordHeaderSize + identifierLength + 1) & ~1;

    public static int Size(int identifierLength, int systemUseLength) => (SystemUseOffset(identifierLength) + systemUseLength + 1) & ~1;

    /// <summary>Writes a record into zeros, without its system use field.</summary>
    public static void Write(Span<byte> record, ReadOnlySpan<byte> identifier, RecordedExtent extent, FileTime time)
    {
        record[0] = (byte)record.Length;
        BothByteOrders.Write(record[2..], extent.Sector);
        BothByteOrders.Write(record[10..], extent.Length);
        IsoTime.WriteShort(record[18..], time);
        record[25] = extent.Flags;
        BothByteOrders.Write(record[28..], VolumeSequenceNumber);
        record[32] = (byte)identifier.Length;
        identifier.CopyTo(record[RecordHeaderSize..]);
    }
}

/// <summary>Numbers recorded little-endian and then big-endian (ECMA-119, sections 7.2.3 and 7.3.3).</summary>
internal static class BothByteOrders
{
    public static void Write(Span<byte> at, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], value);
    }

    public static void Write(Span<byte> at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, value);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], value);
    }
}

using System.Buffers.Binary;

namespace ReproBuild.Outputs.Iso9660;

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

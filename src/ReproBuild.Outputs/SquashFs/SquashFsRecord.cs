using System.Buffers.Binary;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Encodes the fields of a structure one after the other, little-endian.</summary>
internal ref struct SquashFsRecord(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>How many bytes have been encoded.</summary>
    public int Length { get; private set; }

    public void UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Length..], (ushort)value);
        Length += sizeof(ushort);
    }

    public void Int16(int value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(_buffer[Length..], (short)value);
        Length += sizeof(short);
    }

    public void UInt32(long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[Length..], (uint)value);
        Length += sizeof(uint);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[Length..], value);
        Length += sizeof(ulong);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }
}

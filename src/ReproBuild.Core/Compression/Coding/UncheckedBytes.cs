using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReproBuild.Core.Compression.Coding;

/// <summary>What the inner loops of encoders read and write without bounds checks.</summary>
/// <remarks>
/// The one file with such access. Each method says what its caller must have made sure of, and asserts it in a debug build, which is what
/// the tests run: they compress inputs of every length and kind, so that an index out of bounds ends them.
/// Words are little-endian on every machine.
/// </remarks>
internal static class UncheckedBytes
{
    /// <summary>The four bytes at an offset; they are all inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load32(ReadOnlySpan<byte> bytes, int offset)
    {
        Debug.Assert(offset >= 0 && offset <= bytes.Length - sizeof(uint));
        return BinaryPrimitives.ReadUInt32LittleEndian(MemoryMarshal.CreateReadOnlySpan(ref At(bytes, offset), sizeof(uint)));
    }

    /// <summary>The eight bytes at an offset; they are all inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load64(ReadOnlySpan<byte> bytes, int offset)
    {
        Debug.Assert(offset >= 0 && offset <= bytes.Length - sizeof(ulong));
        return BinaryPrimitives.ReadUInt64LittleEndian(MemoryMarshal.CreateReadOnlySpan(ref At(bytes, offset), sizeof(ulong)));
    }

    /// <summary>Writes eight bytes at an offset; they are all inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store64(Span<byte> bytes, int offset, ulong value)
    {
        Debug.Assert(offset >= 0 && offset <= bytes.Length - sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(MemoryMarshal.CreateSpan(ref At(bytes, offset), sizeof(ulong)), value);
    }

    /// <summary>Copies bytes eight at a time, so up to seven more than asked for; all of them are inside on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyWords(ReadOnlySpan<byte> source, int from, Span<byte> destination, int to, int count)
    {
        unchecked
        {
            for (var i = 0; i < count; i += sizeof(ulong))
            {
                Store64(destination, to + i, Load64(source, from + i));
            }
        }
    }

    /// <summary>The byte at an offset, which is inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Load(ReadOnlySpan<byte> bytes, int offset)
    {
        Debug.Assert((uint)offset < (uint)bytes.Length);
        return At(bytes, offset);
    }

    /// <summary>The item at an index, which is inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T Item<T>(T[] array, int index)
    {
        Debug.Assert((uint)index < (uint)array.Length);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), unchecked((nint)(uint)index));
    }

    /// <inheritdoc cref="Item{T}(T[], int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T Item<T>(Span<T> items, int index)
    {
        Debug.Assert((uint)index < (uint)items.Length);
        return ref Unsafe.Add(ref MemoryMarshal.GetReference(items), unchecked((nint)(uint)index));
    }

    /// <summary>How many bytes at two offsets are equal, of <paramref name="longest"/>, which are inside at both.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="first">One offset.</param>
    /// <param name="second">The other.</param>
    /// <param name="length">How many are known to be equal.</param>
    /// <param name="longest">How many to compare, the known ones included.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CommonLength(ReadOnlySpan<byte> bytes, int first, int second, int length, int longest)
    {
        unchecked
        {
            for (; length <= longest - sizeof(ulong); length += sizeof(ulong))
            {
                var difference = Load64(bytes, first + length) ^ Load64(bytes, second + length);
                if (difference != 0)
                {
                    return length + (BitOperations.TrailingZeroCount(difference) >> 3);
                }
            }

            while (length < longest && Load(bytes, first + length) == Load(bytes, second + length))
            {
                length++;
            }
        }

        return length;
    }

    private static ref byte At(ReadOnlySpan<byte> bytes, int offset) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), unchecked((nint)(uint)offset));
}

using System.Buffers;
using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Boot.Pe;

/// <summary>The checksum of a program: its 16-bit words added with end-around carry, and its length ("PE Format", CheckSum).</summary>
internal static class PeChecksum
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Reads the whole program once.</summary>
    /// <param name="program">The program, its checksum field 0.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static uint Compute(FileContent program, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            ulong sum = 0;
            long offset = 0;
            for (int count; (count = program.Read(offset, buffer.AsSpan(0, BufferSize))) > 0; offset += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum += Add(buffer.AsSpan(0, count));
            }

            while (sum >> 16 != 0)
            {
                sum = (sum & 0xffff) + (sum >> 16);
            }

            return (uint)(sum + (ulong)program.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ulong Add(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + bytes[0];
    }
}

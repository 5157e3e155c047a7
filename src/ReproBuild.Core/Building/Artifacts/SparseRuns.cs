namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Tells runs of bytes that a file must store from runs of zeros that it may leave out as holes.</summary>
internal static class SparseRuns
{
    /// <summary>The unit that is judged as a whole, aligned in the file: larger than the blocks of any usual file system.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>The longest run at the start of a buffer that is zeros in every block it touches, or in none.</summary>
    /// <param name="position">Where in the file the buffer begins, in bytes.</param>
    /// <param name="buffer">What is written; not empty.</param>
    public static (int Length, bool IsZeros) First(long position, ReadOnlySpan<byte> buffer)
    {
        var length = PartInBlock(position, buffer.Length);
        var isZeros = IsZeros(buffer[..length]);
        while (length < buffer.Length)
        {
            var next = PartInBlock(position + length, buffer.Length - length);
            if (IsZeros(buffer.Slice(length, next)) != isZeros)
            {
                break;
            }

            length += next;
        }

        return (length, isZeros);
    }

    private static int PartInBlock(long position, int length) => (int)Math.Min(length, BlockSize - (position % BlockSize));

    private static bool IsZeros(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);
}

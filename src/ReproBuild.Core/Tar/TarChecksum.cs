namespace ReproBuild.Core.Tar;

/// <summary>The sum of a header block's bytes, with the checksum field counted as spaces.</summary>
internal static class TarChecksum
{
    /// <summary>Fills the checksum field: six octal digits, NUL, space.</summary>
    public static void Write(Span<byte> block)
    {
        var field = TarFields.Checksum.Of(block);
        TarNumber.WriteOctal(field[..^1], Unsigned(block));
        field[^1] = (byte)' ';
    }

    /// <summary>Whether the checksum is right; old writers added up signed bytes.</summary>
    public static bool Matches(ReadOnlySpan<byte> block, long checksum) => checksum == Unsigned(block) || checksum == Signed(block);

    private static int Unsigned(ReadOnlySpan<byte> block)
    {
        var sum = TarFields.Checksum.Length * ' ';
        for (var i = 0; i < block.Length; i++)
        {
            sum += InChecksum(i) ? 0 : block[i];
        }

        return sum;
    }

    private static int Signed(ReadOnlySpan<byte> block)
    {
        var sum = TarFields.Checksum.Length * ' ';
        for (var i = 0; i < block.Length; i++)
        {
            sum += InChecksum(i) ? 0 : unchecked((sbyte)block[i]);
        }

        return sum;
    }

    private static bool InChecksum(int index) => index - TarFields.Checksum.Offset is >= 0 and var i && i < TarFields.Checksum.Length;
}

namespace ReproBuild.Testing.Formats;

/// <summary>A decoder that follows the text of lz4_Block_format.md step by step, and checks the end of block conditions.</summary>
public static class Lz4Specification
{
    /// <summary>Decodes one block.</summary>
    /// <exception cref="InvalidDataException">The block breaks a rule of the format.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> block)
    {
        var output = new List<byte>();
        var lastMatchStart = -1;
        for (var i = 0; ;)
        {
            int token = block[i++];
            var literals = Length(block, ref i, token >> 4);
            for (var n = 0; n < literals; n++)
            {
                output.Add(block[i++]);
            }

            if (i == block.Length)
            {
                Require((token & 15) == 0, "The last sequence has a match.");
                Require(lastMatchStart < 0 || literals >= 5, "The last five bytes are not literals.");
                Require(lastMatchStart < 0 || output.Count - lastMatchStart >= 12, "The last match begins too near to the end.");
                return [.. output];
            }

            var offset = block[i] | (block[i + 1] << 8);
            i += 2;
            Require(offset >= 1 && offset <= output.Count, "A match begins before the block.");
            var length = Length(block, ref i, token & 15) + 4;
            lastMatchStart = output.Count;
            for (var n = 0; n < length; n++)
            {
                output.Add(output[^offset]);
            }
        }
    }

    private static int Length(ReadOnlySpan<byte> block, ref int i, int nibble)
    {
        if (nibble < 15)
        {
            return nibble;
        }

        var length = nibble;
        while (block[i] == 255)
        {
            length += block[i++];
        }

        return length + block[i++];
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}

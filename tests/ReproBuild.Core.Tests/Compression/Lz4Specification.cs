namespace ReproBuild.Core.Tests.Compression;

/// <summary>A decoder that follows the text of lz4_Block_format.md step by step, and checks the end of block conditions.</summary>
internal static class Lz4Specification
{
    public static byte[] Decode(byte[] block)
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
                Assert.Equal(0, token & 15);
                Assert.True(lastMatchStart < 0 || (literals >= 5 && output.Count - lastMatchStart >= 12));
                return [.. output];
            }

            var offset = block[i] | (block[i + 1] << 8);
            i += 2;
            Assert.InRange(offset, 1, output.Count);
            var length = Length(block, ref i, token & 15) + 4;
            lastMatchStart = output.Count;
            for (var n = 0; n < length; n++)
            {
                output.Add(output[^offset]);
            }
        }
    }

    private static int Length(byte[] block, ref int i, int nibble)
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
}

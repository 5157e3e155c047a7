namespace ReproBuild.Core.Tests.Compression;

/// <summary>Inputs that are the same on every machine and .NET version: they pin golden hashes.</summary>
internal static class Corpus
{
    private static readonly string[] Words =
    [
        "inode", "superblock", "cluster", "extent", "whiteout", "descriptor", "digest", "manifest", "layer", "the", "of", "and", "a", "is",
        "kernel", "\n", "\tif (", ") {\n", "return ", "0x", "static int ", "/usr/lib/", "; ", "é", "  ", "}\n",
    ];

    public static IEnumerable<string> Names => ["zeros", "noise", "text", "period", "steps", "mixed"];

    public static byte[] Make(string name, int length)
    {
        var bytes = new byte[length];
        switch (name)
        {
            case "zeros": break;
            case "noise": FillNoise(bytes, 1); break;
            case "text": FillText(bytes, 2); break;
            case "period": FillPeriod(bytes, 3); break;
            case "steps": FillSteps(bytes); break;
            case "mixed": FillMixed(bytes); break;
            default: throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such corpus.");
        }

        return bytes;
    }

    public static void FillNoise(Span<byte> bytes, ulong seed)
    {
        var generator = new Generator(seed);
        foreach (ref var value in bytes)
        {
            value = (byte)(generator.Next() & 0xFF);
        }
    }

    public static void FillText(Span<byte> bytes, ulong seed)
    {
        var generator = new Generator(seed);
        while (!bytes.IsEmpty)
        {
            var word = System.Text.Encoding.UTF8.GetBytes(Words[(int)(generator.Next() % (ulong)Words.Length)]);
            var count = Math.Min(word.Length, bytes.Length);
            word.AsSpan(0, count).CopyTo(bytes);
            bytes = bytes[count..];
        }
    }

    // A period just above the window, so that nothing repeats within reach, and parts that do.
    private static void FillPeriod(Span<byte> bytes, ulong seed)
    {
        var period = new byte[(32 * 1024) + 1];
        FillNoise(period, seed);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = i / period.Length % 3 == 2 ? period[i % 32768] : period[i % period.Length];
        }
    }

    // Frequencies like Fibonacci numbers ask for codes longer than 15 bits.
    private static void FillSteps(Span<byte> bytes)
    {
        var generator = new Generator(4);
        foreach (ref var value in bytes)
        {
            byte symbol = 0;
            while (symbol < 30 && generator.Next() % 1000 < 382)
            {
                symbol++;
            }

            value = symbol;
        }
    }

    private static void FillMixed(Span<byte> bytes)
    {
        ulong seed = 5;
        for (var offset = 0; offset < bytes.Length; seed++)
        {
            var part = bytes.Slice(offset, Math.Min(10_007 * (int)(1 + (seed % 5)), bytes.Length - offset));
            offset += part.Length;
            switch (seed % 3)
            {
                case 0: FillNoise(part, seed); break;
                case 1: FillText(part, seed); break;
                default: part.Fill(unchecked((byte)seed)); break;
            }
        }
    }

    /// <summary>Xorshift (Marsaglia, 2003): the same numbers everywhere.</summary>
    private struct Generator(ulong seed)
    {
        private ulong _state = (seed * 0x9E3779B9) + 0x123456789ABCDEF;

        public ulong Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return _state >> 16;
        }
    }
}

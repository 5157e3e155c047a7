namespace ReproBuild.Core.Tests.Compression;

/// <summary>Inputs that lead a Zstandard encoder to the corners of the format; the same on every machine.</summary>
internal static class ZstandardInputs
{
    /// <summary>Every kind of input by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["one"] = [65],
        ["run"] = Enumerable.Repeat((byte)7, 1000).ToArray(),
        ["run of three blocks"] = Enumerable.Repeat((byte)9, 300_000).ToArray(),
        ["two symbols"] = Map(Corpus.Make("noise", 5000), static value => (byte)(value & 1)),
        ["two distant symbols"] = Map(Corpus.Make("noise", 50_000), static value => (byte)((value & 1) * 255)),
        ["every symbol a bit uneven"] = Map(Corpus.Make("noise", 20_000), static value => (byte)Math.Max(0, value - (value & 7))),
        ["skewed over all symbols"] = Skewed(60_000),
        ["few literals"] = [.. "The quick brown fox jumps over the lazy dog, and so on, as ever it did before."u8],
        ["phrases"] = [.. "A quick brown fox jumps. A lazy dog sleeps. A quick brown fox sleeps. A lazy brown dog jumps. A quick lazy fox jumps."u8],
        ["long match"] = [.. Corpus.Make("noise", 70_000), .. Corpus.Make("noise", 70_000)],
        ["longest match"] = [.. Noise(131_072, 1), .. Noise(131_072, 1)],
        ["long literals"] = [.. Noise(90_000, 2), .. Noise(90_000, 2)[..20_000], .. new byte[20_000]],
        ["many sequences"] = ManySequences(131_072),
        ["pieces"] = Pieces(),
        ["records"] = Records(40_000),
        ["alternating offsets"] = AlternatingOffsets(60_000),
        ["distant match"] = [.. Noise(1000, 3), .. Noise(900_000, 4), .. Noise(1000, 3)],
        ["noise, then text"] = [.. Noise(131_072, 5), .. Corpus.Make("text", 131_072), .. Noise(131_072, 5)],
    };

    /// <summary>A mixture of literals, matches near and far, and runs.</summary>
    public static byte[] Mixture(int seed)
    {
        var random = new Random(seed);
        var bytes = new List<byte>();
        var (length, symbols) = (random.Next(1, 1 << random.Next(1, 19)), random.Next(1, 257));
        while (bytes.Count < length)
        {
            var count = random.Next(1, 1 << random.Next(1, 12));
            if (random.Next(3) == 0 || bytes.Count == 0)
            {
                bytes.AddRange(Enumerable.Range(0, count).Select(_ => (byte)(random.Next(symbols) * random.Next(symbols) / symbols)));
                continue;
            }

            var offset = random.Next(1, 1 + Math.Min(bytes.Count, 1 << random.Next(1, 19)));
            for (var i = 0; i < count; i++)
            {
                bytes.Add(bytes[^offset]);
            }
        }

        return [.. bytes[..length]];
    }

    private static byte[] Noise(int length, ulong seed)
    {
        var bytes = new byte[length];
        Corpus.FillNoise(bytes, seed);
        return bytes;
    }

    private static byte[] Map(byte[] bytes, Func<byte, byte> map) => Array.ConvertAll(bytes, value => map(value));

    // Products of two numbers: many lengths of codes over symbols up to the last, so that the weights are worth compressing.
    private static byte[] Skewed(int length)
    {
        var noise = Noise(2 * length, 6);
        return [.. Enumerable.Range(0, length).Select(i => (byte)(255 - (noise[2 * i] * noise[(2 * i) + 1] >> 8)))];
    }

    // 401 strings of three bytes, in rounds of another stride each, so that none ever comes after the same one: a match for each.
    private static byte[] ManySequences(int length)
    {
        const int Strings = 401;
        return [.. Enumerable.Range(0, length).Select(static i =>
        {
            var text = i / 3 * (1 + (i / (3 * Strings))) % Strings;
            return (byte)((i % 3) switch { 0 => text % 128, 1 => 128 + (text / 128), _ => 132 + (text % 100) });
        })];
    }

    // The first block again, in pieces of equal length with the same byte before each.
    private static byte[] Pieces()
    {
        var noise = Map(Noise(131_072, 10), static value => (byte)(value | 1));
        return [.. noise, .. Enumerable.Range(0, 2000).SelectMany(i => noise[(i * 50)..((i + 1) * 50)].Prepend((byte)0))];
    }

    private static byte[] Records(int length)
    {
        var noise = Noise(length, 8);
        return [.. Enumerable.Range(0, length).Select(i => i % 24 == 5 ? noise[i] : (byte)(i % 24))];
    }

    // Two strings of which each comes back at its own distance, with or without a literal between.
    private static byte[] AlternatingOffsets(int length)
    {
        var (noise, bytes) = (Noise(length, 9), new byte[length]);
        for (var i = 0; i < length; i++)
        {
            bytes[i] = i < 5000 || noise[i] < 4 ? noise[i] : bytes[i - (i / 37 % 3 == 0 ? 4999 : i / 37 % 3 == 1 ? 1234 : 77)];
        }

        return bytes;
    }
}

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>A file of some megabytes for the compressors: repetitive, text-like and random parts, the same everywhere.</summary>
internal static class Corpus
{
    private const int PartLength = 1 << 20;

    public static byte[] Create()
    {
        var corpus = new byte[4 * PartLength];
        var state = 20170418u;
        for (var i = 0; i < corpus.Length; i++)
        {
            // The multiplier and increment of Numerical Recipes' generator; its high bits are the good ones.
            state = unchecked((state * 1664525) + 1013904223);
            var random = (state >> 16) & 0xFF;
            corpus[i] = (i / PartLength) switch
            {
                0 => (byte)(i / 4112),
                1 => (byte)"etaoin shrdlu"[(int)(random % 13)],
                2 => (byte)random,
                _ => random % 50 == 0 ? (byte)random : corpus[i - 1 - (int)(state >> 20)],
            };
        }

        return corpus;
    }
}

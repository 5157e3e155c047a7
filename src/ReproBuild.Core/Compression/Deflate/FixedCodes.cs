namespace ReproBuild.Core.Compression.Deflate;

/// <summary>The codes that a block may use without describing them (RFC 1951, section 3.2.6).</summary>
internal static class FixedCodes
{
    // 286 and 287 never occur, but are part of the code.
    private const int Symbols = 288;

    public static HuffmanCode Literals { get; } = MakeLiterals();

    public static HuffmanCode Distances { get; } = MakeDistances();

    private static HuffmanCode MakeLiterals()
    {
        var lengths = new byte[Symbols];
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280).Fill(8);
        var code = new HuffmanCode(Symbols);
        code.Assign(lengths);
        return code;
    }

    private static HuffmanCode MakeDistances()
    {
        var lengths = new byte[32];
        lengths.AsSpan().Fill(5);
        var code = new HuffmanCode(lengths.Length);
        code.Assign(lengths);
        return code;
    }
}

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Turns data into literals and matches, as <see cref="DeflateSymbol"/> has them; not safe for concurrent use.</summary>
internal abstract class DeflateParser
{
    /// <summary>The parser of an effort.</summary>
    public static DeflateParser For(CompressionEffort effort) => effort switch
    {
        CompressionEffort.Fast => new GreedyParser(),
        CompressionEffort.Default => new LazyParser(depth: 16, nextDepth: 8, goodLength: 12, goodDepth: 4, niceLength: 32),
        CompressionEffort.Best => new LazyParser(depth: 200, nextDepth: 200, goodLength: 32, goodDepth: 100, niceLength: DeflateFormat.MaxMatch),
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, "There is no such effort."),
    };

    /// <summary>Forgets what was before, and is ready for the beginning of a buffer.</summary>
    public abstract void Begin(ReadOnlySpan<byte> data);

    /// <summary>Makes symbols of the data from a position on, until the symbols are full or the data ends.</summary>
    /// <param name="data">The same buffer in all calls.</param>
    /// <param name="symbols">Gets the symbols; one may stay free.</param>
    /// <param name="position">Where the last call has ended; gets where this one ends.</param>
    /// <returns>How many symbols were made.</returns>
    public abstract int Parse(ReadOnlySpan<byte> data, Span<uint> symbols, ref int position);
}

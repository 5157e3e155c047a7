namespace ReproBuild;

/// <summary>How much time a compressor takes to make its output smaller. Each has bytes of its own, the same everywhere.</summary>
public enum CompressionEffort
{
    /// <summary>The middle: what is used where nothing is said.</summary>
    Default,

    /// <summary>A little larger, several times as fast.</summary>
    Fast,

    /// <summary>As small as the format's search can make it, several times as slow.</summary>
    Best,
}

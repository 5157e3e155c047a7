namespace ReproBuild.Core.Compression.Deflate;

/// <summary>An earlier occurrence of the bytes at a position, in one word.</summary>
internal readonly struct Match(int length, int distance)
{
    private const int LengthShift = 16;

    private readonly int _value = (length << LengthShift) | distance;

    public static Match None => default;

    /// <summary>3 to 258 bytes, or 0 if there is none.</summary>
    public int Length => _value >> LengthShift;

    /// <summary>1 to 32,768 bytes back.</summary>
    public int Distance => _value & 0xFFFF;
}

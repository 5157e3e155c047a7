namespace ReproBuild.Core.Compression.Coding;

/// <summary>A code of up to 24 bits, and above it the number of its bits.</summary>
internal readonly struct PackedCode(uint value)
{
    private const int BitsShift = 24;

    public PackedCode(uint code, int bits)
        : this(code | ((uint)bits << BitsShift))
    {
    }

    public uint Code => value & 0xFF_FFFF;

    public int Bits => (int)(value >> BitsShift);
}

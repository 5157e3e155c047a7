namespace ReproBuild.Core.Compression.Coding;

/// <summary>A code of up to 24 bits, and above it the number of its bits.</summary>
internal readonly struct PackedCode(uint value)
{
    public uint Code => value & 0xFF_FFFF;

    public int Bits => (int)(value >> 24);
}

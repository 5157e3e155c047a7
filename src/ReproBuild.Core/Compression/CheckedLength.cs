namespace ReproBuild.Core.Compression;

/// <summary>
/// How long some bytes are, and their CRC-32 (RFC 1952, section 8): those of bytes in a row give that of all without reading any again.
/// </summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="Crc32">The CRC-32; 0 for no bytes.</param>
internal readonly record struct CheckedLength(long Length, uint Crc32)
{
    // CRC-32's polynomial without its highest term, and the polynomials 1 and x, all with the term of the lowest degree in the highest bit.
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 1u << 31;
    private const uint X = 1u << 30;

    /// <summary>What holds for these bytes and others after them.</summary>
    /// <remarks>A CRC is a remainder: that of the first bytes moves up by the bits that follow, and the two add up.</remarks>
    public CheckedLength Append(CheckedLength next) =>
        new(Length + next.Length, Multiply(PowerOfX(checked(next.Length * 8)), Crc32) ^ next.Crc32);

    private static uint PowerOfX(long exponent)
    {
        var (power, square) = (One, X);
        for (; exponent > 0; exponent >>= 1)
        {
            power = (exponent & 1) != 0 ? Multiply(power, square) : power;
            square = Multiply(square, square);
        }

        return power;
    }

    /// <summary>The product of two polynomials over GF(2), modulo the polynomial.</summary>
    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (; left != 0; left = unchecked(left << 1))
        {
            product ^= (left & One) != 0 ? right : 0;
            right = (right & 1) != 0 ? (right >> 1) ^ Polynomial : right >> 1;
        }

        return product;
    }
}

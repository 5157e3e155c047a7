namespace ReproBuild.Core.Compression;

/// <summary>The checksum of a zlib stream (RFC 1950, section 8.2).</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    // The number of bytes that can be summed before 32 bits overflow.
    private const int BytesBetweenReductions = 5552;

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint low = 1, high = 0;
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, BytesBetweenReductions);
            foreach (var value in bytes[..count])
            {
                low += value;
                high += low;
            }

            low %= Modulus;
            high %= Modulus;
            bytes = bytes[count..];
        }

        return (high << 16) | low;
    }
}

using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Bit streams that a decoder reads from the end (RFC 8878, sections 4.1 and 4.2.2).</summary>
internal static class BackwardStream
{
    /// <summary>Writes the 1 bit from which a decoder begins, with zeros up to the next whole byte.</summary>
    /// <returns>How many bytes the stream has.</returns>
    public static int Finish(BitWriter writer)
    {
        writer.Add(1, 1);
        return writer.Finish();
    }
}

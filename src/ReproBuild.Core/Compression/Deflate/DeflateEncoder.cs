using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Compresses with deflate (RFC 1951). The bytes depend only on the arguments, never on the machine or the framework.</summary>
/// <remarks>Not safe for concurrent use: rent one from <see cref="DeflateEncoderPool"/>.</remarks>
internal sealed class DeflateEncoder(CompressionEffort effort)
{
    private readonly DeflateParser _parser = DeflateParser.For(effort);
    private readonly DeflateBlock _block = new();

    /// <summary>How many bytes <see cref="Encode"/> writes at most.</summary>
    public static long MaxEncodedLength(long length)
    {
        // Every block but the last stands for at least as many bytes as it has symbols; each costs less than 6 bytes more than its data.
        return length + (6 * ((length / DeflateBlock.FewestSymbols) + 3));
    }

    /// <summary>Compresses a buffer.</summary>
    /// <param name="data">What to compress.</param>
    /// <param name="destination">Receives the compressed data.</param>
    /// <param name="isFinal">
    /// Whether the stream ends here. If not, an empty stored block ends the output at a whole byte, so that more may follow.
    /// </param>
    /// <returns>How many bytes were written, or -1 if <paramref name="destination"/> is too small.</returns>
    public int Encode(ReadOnlySpan<byte> data, Span<byte> destination, bool isFinal)
    {
        var writer = new BitWriter(destination);
        _block.Begin();
        _parser.Begin(data);
        for (var position = 0; position < data.Length;)
        {
            var start = position;
            var count = _parser.Parse(data, _block.NextChunk, ref position);
            if (!_block.TryAddChunk(data, count, position - start, ref writer))
            {
                return -1;
            }
        }

        return _block.TryEnd(data, ref writer, isFinal) ? writer.Finish() : -1;
    }
}

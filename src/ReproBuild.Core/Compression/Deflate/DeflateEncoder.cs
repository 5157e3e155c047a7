using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Compresses with deflate (RFC 1951). The bytes depend only on the arguments, never on the machine or the framework.</summary>
internal sealed class DeflateEncoder
{
    private static readonly EncoderPool<DeflateEncoder> Pool = new(static effort => new DeflateEncoder(effort));

    private readonly DeflateParser _parser;
    private readonly DeflateBlock _block = new();

    private DeflateEncoder(CompressionEffort effort) => _parser = DeflateParser.For(effort);

    /// <summary>How many bytes <see cref="Encode"/> writes at most.</summary>
    public static long MaxEncodedLength(long length)
    {
        // Every block but the last stands for at least as many bytes as it has symbols; each costs less than 6 bytes more than its data.
        return length + (6 * ((length / DeflateBlock.FewestSymbols) + 3));
    }

    /// <summary>Compresses a buffer. Safe for concurrent use.</summary>
    /// <param name="data">What to compress.</param>
    /// <param name="destination">Receives the compressed data.</param>
    /// <param name="effort">How much time it takes to make it smaller.</param>
    /// <param name="isFinal">
    /// Whether the stream ends here. If not, an empty stored block ends the output at a whole byte, so that more may follow.
    /// </param>
    /// <returns>How many bytes were written, or -1 if <paramref name="destination"/> is too small.</returns>
    public static int Encode(ReadOnlySpan<byte> data, Span<byte> destination, CompressionEffort effort, bool isFinal)
    {
        var encoder = Pool.Rent(effort);
        var written = encoder.EncodeBlocks(data, destination, isFinal);
        Pool.Return(effort, encoder);
        return written;
    }

    private int EncodeBlocks(ReadOnlySpan<byte> data, Span<byte> destination, bool isFinal)
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

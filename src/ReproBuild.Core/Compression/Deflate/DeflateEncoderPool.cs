using System.Collections.Concurrent;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Keeps encoders for reuse: each holds some 350 KB of tables.</summary>
internal sealed class DeflateEncoderPool(CompressionEffort effort)
{
    private const int Kept = 16;

    private static readonly DeflateEncoderPool[] Pools =
        [.. Enum.GetValues<CompressionEffort>().Order().Select(static effort => new DeflateEncoderPool(effort))];

    private readonly ConcurrentStack<DeflateEncoder> _encoders = new();

    /// <inheritdoc cref="DeflateEncoder.Encode"/>
    public static int Encode(ReadOnlySpan<byte> data, Span<byte> destination, CompressionEffort effort, bool isFinal) =>
        Pools[(int)effort].Encode(data, destination, isFinal);

    private int Encode(ReadOnlySpan<byte> data, Span<byte> destination, bool isFinal)
    {
        if (!_encoders.TryPop(out var encoder))
        {
            encoder = new DeflateEncoder(effort);
        }

        var written = encoder.Encode(data, destination, isFinal);
        if (_encoders.Count < Kept)
        {
            _encoders.Push(encoder);
        }

        return written;
    }
}

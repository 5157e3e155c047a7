using System.Collections.Concurrent;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Keeps encoders for reuse: each holds less than 2 MB of tables and buffers.</summary>
internal sealed class FrameEncoderPool(CompressionEffort effort)
{
    private const int Kept = 16;

    private static readonly FrameEncoderPool[] Pools =
        [.. Enum.GetValues<CompressionEffort>().Order().Select(static effort => new FrameEncoderPool(effort))];

    private readonly ConcurrentStack<FrameEncoder> _encoders = new();

    /// <inheritdoc cref="FrameEncoder.Encode"/>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort) =>
        Pools[(int)effort].Encode(source, destination);

    private int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!_encoders.TryPop(out var encoder))
        {
            encoder = new FrameEncoder(effort);
        }

        var written = encoder.Encode(source, destination);
        if (_encoders.Count < Kept)
        {
            _encoders.Push(encoder);
        }

        return written;
    }
}

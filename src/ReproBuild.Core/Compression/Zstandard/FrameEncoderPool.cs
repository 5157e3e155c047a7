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
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort)
    {
        var pool = Pools[(int)effort];
        var encoder = pool.Take();
        var written = encoder.Encode(source, destination);
        pool.Return(encoder);
        return written;
    }

    /// <inheritdoc cref="FrameEncoder.EncodePiece"/>
    public static int EncodePiece(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort)
    {
        var pool = Pools[(int)effort];
        var encoder = pool.Take();
        var written = encoder.EncodePiece(source, destination);
        pool.Return(encoder);
        return written;
    }

    private FrameEncoder Take() => _encoders.TryPop(out var encoder) ? encoder : new FrameEncoder(effort);

    private void Return(FrameEncoder encoder)
    {
        if (_encoders.Count < Kept)
        {
            _encoders.Push(encoder);
        }
    }
}

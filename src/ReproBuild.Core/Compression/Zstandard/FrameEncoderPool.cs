using System.Collections.Concurrent;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Keeps encoders for reuse: each holds some 1.6 MB of tables and buffers.</summary>
internal static class FrameEncoderPool
{
    private const int Kept = 16;

    private static readonly ConcurrentStack<FrameEncoder> Encoders = new();

    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!Encoders.TryPop(out var encoder))
        {
            encoder = new FrameEncoder();
        }

        var written = encoder.Encode(source, destination);
        if (Encoders.Count < Kept)
        {
            Encoders.Push(encoder);
        }

        return written;
    }
}

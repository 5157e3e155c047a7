using System.Collections.Concurrent;

namespace ReproBuild.Core.Compression;

/// <summary>Keeps encoders for reuse: each holds some 600 KB of tables.</summary>
internal static class DeflateEncoderPool
{
    private const int Kept = 16;

    private static readonly ConcurrentStack<DeflateEncoder> Encoders = new();

    public static int Encode(ReadOnlySpan<byte> window, int start, Span<byte> destination, bool isFinal)
    {
        if (!Encoders.TryPop(out var encoder))
        {
            encoder = new DeflateEncoder();
        }

        var written = encoder.Encode(window, start, destination, isFinal);
        if (Encoders.Count < Kept)
        {
            Encoders.Push(encoder);
        }

        return written;
    }
}

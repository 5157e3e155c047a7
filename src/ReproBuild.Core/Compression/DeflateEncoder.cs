using System.Numerics;
using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression;

/// <summary>Compresses with deflate (RFC 1951). The bytes depend only on the arguments, never on the machine or the framework.</summary>
/// <remarks>Not safe for concurrent use: rent one from <see cref="DeflateEncoderPool"/>.</remarks>
internal sealed class DeflateEncoder
{
    private const int SearchDepth = 64;

    // With a match of this length in hand, the search for a better one at the next byte is shorter, or left out.
    private const int GoodLength = 8;
    private const int LazyLength = 32;
    private const int ReducedDepth = SearchDepth / 4;

    private readonly MatchFinder _finder = new();
    private readonly DeflateBlock _block = new();
    private int _written;

    /// <summary>How many bytes <see cref="Encode"/> writes at most.</summary>
    public static long MaxEncodedLength(long length)
    {
        // Every block but the last stands for at least 16,382 bytes; each costs less than 6 bytes more than its data, as does the end.
        return length + (6 * ((length / 16_000) + 3));
    }

    /// <summary>Compresses the bytes from <paramref name="start"/> on; those before it serve as the dictionary.</summary>
    /// <param name="window">The dictionary, of which the last 32 KiB are used, and the data.</param>
    /// <param name="start">Where the data begins.</param>
    /// <param name="destination">Receives the compressed data.</param>
    /// <param name="isFinal">
    /// Whether the stream ends here. If not, an empty stored block ends the output at a whole byte, so that more may follow.
    /// </param>
    /// <returns>How many bytes were written, or -1 if <paramref name="destination"/> is too small.</returns>
    public int Encode(ReadOnlySpan<byte> window, int start, Span<byte> destination, bool isFinal)
    {
        _finder.Clear();
        _block.Clear();
        _written = start;
        _finder.Insert(window, Math.Max(0, start - DeflateFormat.WindowSize), start);
        var writer = new BitWriter(destination);
        if (!TryEncodeSymbols(window, start, ref writer) || !TryEnd(window, ref writer, isFinal))
        {
            return -1;
        }

        return writer.Finish();
    }

    private bool TryEncodeSymbols(ReadOnlySpan<byte> window, int position, ref BitWriter writer)
    {
        var pending = default(Match);
        while (position < window.Length)
        {
            if (_block.IsFull && !TryWriteBlock(window, ref writer, isFinal: false))
            {
                return false;
            }

            position = Step(window, position, ref pending);
        }

        return true;
    }

    /// <summary>Looks at one position: a match is taken only if no better one begins at the next byte.</summary>
    /// <param name="window">The dictionary and the data.</param>
    /// <param name="position">The position to look at.</param>
    /// <param name="pending">The match that begins one byte before, if any.</param>
    /// <returns>The position to look at next.</returns>
    private int Step(ReadOnlySpan<byte> window, int position, ref Match pending)
    {
        var match = FindUnlessGood(window, position, pending);
        if (pending.Length > 0)
        {
            if (!IsBetter(match, pending))
            {
                return Take(window, position - 1, position + 1, ref pending);
            }

            _block.AddLiteral(window[position - 1]);
        }

        pending = match;
        if (match.Length == 0)
        {
            _block.AddLiteral(window[position]);
        }
        else if (match.Length >= MatchFinder.NiceLength)
        {
            return Take(window, position, position + 1, ref pending);
        }

        return position + 1;
    }

    private Match FindUnlessGood(ReadOnlySpan<byte> window, int position, Match pending)
    {
        if (pending.Length >= LazyLength)
        {
            _finder.Insert(window, position, position + 1);
            return default;
        }

        var depth = pending.Length >= GoodLength ? ReducedDepth : SearchDepth;
        return _finder.Find(window, position, pending.Length, depth);
    }

    // A longer match must repay the literal before it and, where it reaches farther back, the extra bits of its distance.
    private static bool IsBetter(Match match, Match pending)
    {
        if (match.Length <= pending.Length)
        {
            return false;
        }

        var farther = BitOperations.Log2((uint)match.Distance) - BitOperations.Log2((uint)pending.Distance);
        return 5 * (match.Length - pending.Length) > farther;
    }

    /// <summary>Takes the pending match, and adds the positions inside it from <paramref name="known"/> on.</summary>
    private int Take(ReadOnlySpan<byte> window, int position, int known, ref Match pending)
    {
        _block.AddMatch(pending);
        var next = position + pending.Length;
        _finder.Insert(window, known, next);
        pending = default;
        return next;
    }

    private bool TryEnd(ReadOnlySpan<byte> window, ref BitWriter writer, bool isFinal)
    {
        if ((isFinal || _block.Length > 0) && !TryWriteBlock(window, ref writer, isFinal))
        {
            return false;
        }

        if (isFinal)
        {
            return true;
        }

        if (!writer.Fits(DeflateBlock.StoredSize(writer, 0)))
        {
            return false;
        }

        DeflateBlock.WriteStored(ref writer, [], final: 0);
        return true;
    }

    private bool TryWriteBlock(ReadOnlySpan<byte> window, ref BitWriter writer, bool isFinal)
    {
        var length = _block.Length;
        var fitted = _block.TryWrite(ref writer, window.Slice(_written, length), isFinal);
        _written += length;
        return fitted;
    }
}

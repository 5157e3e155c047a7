namespace ReproBuild.Core.Compression;

/// <summary>
/// How a format's stream is put together: a header, pieces that are compressed each on its own and follow one another, and an end. A piece has the
/// same bytes wherever it stands, so a stream whose input changes in one piece changes in that one alone, and in its end.
/// </summary>
internal abstract class PieceFormat
{
    /// <summary>How many bytes of input each piece has, except the last. Changing it changes every compressed artifact.</summary>
    public const int PieceLength = 1024 * 1024;

    /// <summary>What the stream begins with.</summary>
    public abstract ReadOnlyMemory<byte> Header { get; }

    /// <summary>How many bytes a compressed piece has at most.</summary>
    public abstract int MaxEncodedLength { get; }

    /// <summary>Sees the input, in order, for what the end says of it.</summary>
    public virtual void Observe(ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>Compresses a piece, which is not empty, using nothing of any other. Safe for concurrent use.</summary>
    /// <param name="piece">The piece, at most <see cref="PieceLength"/> bytes.</param>
    /// <param name="destination">At least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public abstract int Encode(ReadOnlySpan<byte> piece, Span<byte> destination);

    /// <summary>What the stream ends with.</summary>
    /// <param name="length">How many bytes of input there were.</param>
    public abstract ReadOnlyMemory<byte> MakeEnd(long length);

    protected static CompressionEffort Known(CompressionEffort effort) => Enum.IsDefined(effort)
        ? effort
        : throw new ArgumentOutOfRangeException(nameof(effort), effort, "There is no such effort.");
}

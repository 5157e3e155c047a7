namespace ReproBuild.Core.Compression;

/// <summary>
/// How a format's stream is put together: a header, pieces that are compressed each on its own and follow one another, and an end. A piece has the
/// same bytes wherever it stands, so a stream whose input changes in one piece changes in that one alone, and in its end.
/// </summary>
internal abstract class PieceFormat
{
    /// <summary>
    /// How many bytes of input a piece has at most; a stream that is not told where to cut cuts there. Changing it changes every compressed artifact.
    /// </summary>
    public const int PieceLength = 1024 * 1024;

    /// <summary>
    /// What a compressed piece depends on beside its input. Whoever changes the bytes of a format changes this too: pieces that older versions
    /// compressed may be kept under it.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>What the stream begins with.</summary>
    public abstract ReadOnlyMemory<byte> Header { get; }

    /// <summary>How many bytes a compressed piece has at most.</summary>
    public abstract int MaxEncodedLength { get; }

    /// <summary>Compresses a piece, which is not empty, using nothing of any other. Safe for concurrent use.</summary>
    /// <param name="piece">The piece, at most <see cref="PieceLength"/> bytes.</param>
    /// <param name="destination">At least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public abstract int Encode(ReadOnlySpan<byte> piece, Span<byte> destination);

    /// <summary>What the stream ends with.</summary>
    /// <param name="input">The input of all pieces.</param>
    public abstract ReadOnlyMemory<byte> MakeEnd(CheckedLength input);

    /// <summary>A <see cref="Name"/> with the version of the bytes, which is one for all formats.</summary>
    public static string NameOf(string format, CompressionEffort effort) => $"{format} {effort} 1";

    protected static CompressionEffort Known(CompressionEffort effort) => Enum.IsDefined(effort)
        ? effort
        : throw new ArgumentOutOfRangeException(nameof(effort), effort, "There is no such effort.");
}

namespace ReproBuild.Core.Compression;

/// <summary>
/// Compresses the bytes written to it into one Zstandard frame (RFC 8878) without the size of its content and without a checksum, which is read with
/// a window of 1 MiB.
/// </summary>
/// <remarks>
/// Memory: about 5 MB for each piece being compressed, 8 MB with the best effort, at most 16 of them, and 2.2 MB for the one being filled.
/// </remarks>
public sealed class DeterministicZstandardStream : DeterministicCompressionStream
{
    /// <summary>Creates a stream; nothing is written before the first write or the disposal.</summary>
    /// <param name="inner">Receives the compressed bytes.</param>
    /// <param name="leaveOpen">Whether <paramref name="inner"/> stays open when this stream is disposed.</param>
    /// <param name="maxParallelism">
    /// How many pieces of 1 MiB are compressed at once, at least 1; more than 16 count as 16. With 1, the default, the writer's own thread
    /// compresses. The output is the same.
    /// </param>
    /// <param name="effort">How much time it takes to make the output smaller. Fast and the default are the same.</param>
    /// <exception cref="ArgumentException"><paramref name="inner"/> cannot be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxParallelism"/> is less than 1, or there is no such effort.</exception>
    public DeterministicZstandardStream(
        Stream inner, bool leaveOpen = false, int maxParallelism = 1, CompressionEffort effort = CompressionEffort.Default)
        : base(inner, leaveOpen, maxParallelism, new ZstandardPieceFormat(effort))
    {
    }
}

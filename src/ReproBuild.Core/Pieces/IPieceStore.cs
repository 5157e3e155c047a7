using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Pieces;

/// <summary>A compressed piece that was kept.</summary>
/// <param name="EncodedLength">How many compressed bytes it has.</param>
/// <param name="Input">What was compressed.</param>
internal readonly record struct KeptPiece(int EncodedLength, CheckedLength Input);

/// <summary>Keeps compressed pieces for later builds. Safe for concurrent use.</summary>
/// <remarks>It may lose any piece at any time, but never gives other bytes than it was given.</remarks>
internal interface IPieceStore
{
    /// <summary>Reads a piece.</summary>
    /// <param name="key">32 bytes that say what it was made of, and how.</param>
    /// <param name="destination">Receives the compressed bytes; a piece that is longer is not read.</param>
    /// <returns>What was read; null when the piece is not there or not usable.</returns>
    KeptPiece? TryRead(ReadOnlySpan<byte> key, Span<byte> destination);

    /// <summary>Keeps a piece, if possible.</summary>
    void Write(ReadOnlySpan<byte> key, CheckedLength input, ReadOnlySpan<byte> encoded);
}

/// <summary>A source of images that has a place for compressed pieces beside its images.</summary>
internal interface IPieceStoreOwner
{
    /// <summary>The place, or null.</summary>
    IPieceStore? Pieces { get; }
}

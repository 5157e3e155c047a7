using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Pieces;

/// <summary>A part of a stream that is compressed on its own, so that its compressed bytes can be used wherever the same part occurs again.</summary>
/// <param name="Content">Its bytes, at least one and at most <see cref="Compression.PieceFormat.PieceLength"/>.</param>
/// <param name="Identity">A SHA-256 that no piece of other bytes has, made without reading them; empty where that was not possible.</param>
/// <param name="FileLength">How many of the bytes are those of files.</param>
internal sealed record ContentPiece(FileContent Content, ReadOnlyMemory<byte> Identity, long FileLength)
{
    /// <summary>The stream that was cut.</summary>
    public static FileContent Join(ImmutableArray<ContentPiece> pieces)
    {
        var whole = new FileContentBuilder();
        foreach (var piece in pieces)
        {
            whole.Append(piece.Content);
        }

        return whole.Build();
    }
}

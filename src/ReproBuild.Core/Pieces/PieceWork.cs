using System.Buffers;
using System.IO.Hashing;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Pieces;

/// <summary>One piece on its way from content to compressed bytes, with the buffers for it.</summary>
internal sealed class PieceWork(PieceFormat format, IPieceStore? store) : IDisposable
{
    private readonly byte[] _encoded = ArrayPool<byte>.Shared.Rent(format.MaxEncodedLength);
    private KeptPiece _result;

    /// <summary>The piece to work on.</summary>
    public ContentPiece? Piece { get; set; }

    /// <summary>The compressed bytes, once <see cref="Run"/> has ended.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded.AsMemory(0, _result.EncodedLength);

    /// <summary>What was compressed.</summary>
    public CheckedLength Input => _result.Input;

    /// <summary>Takes the piece from the store, or compresses it and gives it to the store.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    /// <exception cref="IntegrityException">The content is not what it was.</exception>
    public void Run()
    {
        if (Piece!.Identity.IsEmpty || !TryTake(Key(Piece.Identity.Span), isRead: false))
        {
            Compress();
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_encoded);

    private void Compress()
    {
        var content = Piece!.Content;
        var data = ArrayPool<byte>.Shared.Rent((int)content.Length);
        try
        {
            var bytes = data.AsSpan(0, (int)content.Length);
            content.Read(0, bytes);
            var key = Key(Piece.Identity.IsEmpty ? PieceIdentity.Of(bytes) : Piece.Identity.Span);
            if (!Piece.Identity.IsEmpty || !TryTake(key, isRead: true))
            {
                var length = format.Encode(bytes, _encoded.AsSpan(0, format.MaxEncodedLength));
                _result = new KeptPiece(length, new CheckedLength(bytes.Length, Crc32.HashToUInt32(bytes)));
                store?.Write(key, _result.Input, Encoded.Span);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    private bool TryTake(ReadOnlySpan<byte> key, bool isRead)
    {
        if (store?.TryRead(key, _encoded.AsSpan(0, format.MaxEncodedLength)) is not { } kept || kept.Input.Length != Piece!.Content.Length)
        {
            return false;
        }

        _result = kept;
        ContentReads.Add(isRead ? 0 : Piece.FileLength);
        return true;
    }

    private byte[] Key(ReadOnlySpan<byte> identity) => PieceIdentity.Key(format.Name, identity);
}

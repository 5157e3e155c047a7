using System.Collections.Concurrent;
using ReproBuild.Core.Compression;
using ReproBuild.Core.Pieces;

namespace ReproBuild.Core.Tests.Pieces;

/// <summary>A store in memory that counts.</summary>
internal sealed class MemoryPieceStore : IPieceStore
{
    private readonly ConcurrentDictionary<string, (CheckedLength Input, byte[] Encoded)> _pieces = new();
    private int _hits;
    private int _writes;

    public int Hits => _hits;

    public int Writes => _writes;

    public ICollection<string> Keys => _pieces.Keys;

    public void Remove(string key) => _pieces.TryRemove(key, out _);

    public KeptPiece? TryRead(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (!_pieces.TryGetValue(Convert.ToHexString(key), out var piece))
        {
            return null;
        }

        Interlocked.Increment(ref _hits);
        piece.Encoded.CopyTo(destination);
        return new KeptPiece(piece.Encoded.Length, piece.Input);
    }

    public void Write(ReadOnlySpan<byte> key, CheckedLength input, ReadOnlySpan<byte> encoded)
    {
        Interlocked.Increment(ref _writes);
        _pieces[Convert.ToHexString(key)] = (input, encoded.ToArray());
    }
}

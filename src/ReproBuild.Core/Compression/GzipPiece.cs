using System.Buffers;

namespace ReproBuild.Core.Compression;

/// <summary>A piece of the input, compressed on its own, with the end of the previous piece as its dictionary.</summary>
internal sealed class GzipPiece : IDisposable
{
    /// <summary>How many bytes of input each piece has, except the last. Changing it changes every compressed artifact.</summary>
    public const int Capacity = 256 * 1024;

    private static readonly int MaxEncodedLength = (int)DeflateEncoder.MaxEncodedLength(Capacity);

    private readonly byte[] _window = ArrayPool<byte>.Shared.Rent(DeflateFormat.WindowSize + Capacity);
    private readonly byte[] _encoded = ArrayPool<byte>.Shared.Rent(MaxEncodedLength);
    private int _dictionaryLength;
    private int _length;
    private int _encodedLength;

    /// <summary>How many bytes may still be appended.</summary>
    public int Free => Capacity - _length;

    public bool IsEmpty => _length == 0;

    /// <summary>The compressed bytes, once <see cref="Encode"/> has run.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded.AsMemory(0, _encodedLength);

    /// <summary>Starts again, after <paramref name="previous"/> or, with null, at the start of the stream.</summary>
    public void Begin(GzipPiece? previous)
    {
        _length = 0;
        _dictionaryLength = 0;
        if (previous is not null)
        {
            // Every piece but the last is full, and so longer than the dictionary.
            var end = previous._dictionaryLength + previous._length;
            previous._window.AsSpan(end - DeflateFormat.WindowSize, DeflateFormat.WindowSize).CopyTo(_window);
            _dictionaryLength = DeflateFormat.WindowSize;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_window.AsSpan(_dictionaryLength + _length));
        _length += bytes.Length;
    }

    public void Encode()
    {
        var window = _window.AsSpan(0, _dictionaryLength + _length);
        var encoded = _encoded.AsSpan(0, MaxEncodedLength);
        _encodedLength = ZeroPiece.Matches(window)
            ? ZeroPiece.CopyTo(encoded)
            : DeflateEncoderPool.Encode(window, _dictionaryLength, encoded, isFinal: false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        ArrayPool<byte>.Shared.Return(_encoded);
    }
}

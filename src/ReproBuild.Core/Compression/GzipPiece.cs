using System.Buffers;
using ReproBuild.Core.Compression.Deflate;

namespace ReproBuild.Core.Compression;

/// <summary>A piece of the input, compressed on its own.</summary>
internal sealed class GzipPiece(CompressionEffort effort) : IDisposable
{
    /// <summary>How many bytes of input each piece has, except the last. Changing it changes every compressed artifact.</summary>
    public const int Capacity = 1024 * 1024;

    private static readonly int MaxEncodedLength = (int)DeflateEncoder.MaxEncodedLength(Capacity);

    private readonly byte[] _data = ArrayPool<byte>.Shared.Rent(Capacity);
    private readonly byte[] _encoded = ArrayPool<byte>.Shared.Rent(MaxEncodedLength);
    private int _length;
    private int _encodedLength;

    /// <summary>How many bytes may still be appended.</summary>
    public int Free => Capacity - _length;

    public bool IsEmpty => _length == 0;

    /// <summary>The compressed bytes, once <see cref="Encode"/> has run.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded.AsMemory(0, _encodedLength);

    /// <summary>Starts again.</summary>
    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_data.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Encode()
    {
        var data = _data.AsSpan(0, _length);
        var encoded = _encoded.AsSpan(0, MaxEncodedLength);
        _encodedLength = ZeroPiece.Matches(data) ? ZeroPiece.CopyTo(encoded) : DeflateEncoderPool.Encode(data, encoded, effort, isFinal: false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_data);
        ArrayPool<byte>.Shared.Return(_encoded);
    }
}

using System.Buffers;
using System.IO.Hashing;

namespace ReproBuild.Core.Compression;

/// <summary>A piece of the input, compressed on its own.</summary>
internal sealed class CompressedPiece(PieceFormat format) : IDisposable
{
    private readonly byte[] _data = ArrayPool<byte>.Shared.Rent(PieceFormat.PieceLength);
    private readonly byte[] _encoded = ArrayPool<byte>.Shared.Rent(format.MaxEncodedLength);
    private int _length;
    private int _encodedLength;

    /// <summary>How many bytes may still be appended.</summary>
    public int Free => PieceFormat.PieceLength - _length;

    public bool IsEmpty => _length == 0;

    /// <summary>The compressed bytes, once <see cref="Encode"/> has run.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded.AsMemory(0, _encodedLength);

    /// <summary>What was compressed.</summary>
    public CheckedLength Input { get; private set; }

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
        _encodedLength = format.Encode(data, _encoded.AsSpan(0, format.MaxEncodedLength));
        Input = new CheckedLength(_length, Crc32.HashToUInt32(data));
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_data);
        ArrayPool<byte>.Shared.Return(_encoded);
    }
}

using System.Buffers;
using System.Security.Cryptography;

namespace ReproBuild.Core.Layers;

/// <summary>Writes numbers and bytes through a buffer, followed by the SHA-256 of all of them.</summary>
internal sealed class HashedOutput(Stream stream) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _used;

    public void WriteByte(byte value)
    {
        if (_used == _buffer.Length)
        {
            Flush();
        }

        _buffer[_used++] = value;
    }

    public void WriteNumber(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            WriteByte((byte)((value & 0x7F) | 0x80));
        }

        WriteByte((byte)value);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == _buffer.Length)
            {
                Flush();
            }

            var part = bytes[..Math.Min(bytes.Length, _buffer.Length - _used)];
            part.CopyTo(_buffer.AsSpan(_used));
            _used += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Writes what is buffered and the hash.</summary>
    public void Finish()
    {
        Flush();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        stream.Write(hash);
    }

    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Flush()
    {
        var bytes = _buffer.AsSpan(0, _used);
        _hash.AppendData(bytes);
        stream.Write(bytes);
        _used = 0;
    }
}

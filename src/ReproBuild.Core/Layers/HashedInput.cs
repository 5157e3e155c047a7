using System.Buffers;
using System.Security.Cryptography;

namespace ReproBuild.Core.Layers;

/// <summary>Reads what <see cref="HashedOutput"/> wrote. Every fault in the bytes is an <see cref="IntegrityException"/>.</summary>
internal sealed class HashedInput(Stream stream) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _end;

    public static IntegrityException Damaged(string what) =>
        new($"The stored layer record is damaged or of another version: {what}. Delete it; it will be made again from its layer.");

    public byte ReadByte()
    {
        if (_position == _end && !Refill())
        {
            throw Damaged("it ends early");
        }

        return _buffer[_position++];
    }

    public ulong ReadNumber()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged("a number has more than 64 bits");
    }

    /// <summary>Reads a number that must not exceed <paramref name="limit"/>.</summary>
    public long ReadNumber(long limit, string what)
    {
        var value = ReadNumber();
        return value <= (ulong)limit ? (long)value : throw Damaged($"{what} is {value}, more than {limit}");
    }

    public void ReadBytes(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_position == _end && !Refill())
            {
                throw Damaged("it ends early");
            }

            var count = Math.Min(destination.Length, _end - _position);
            _buffer.AsSpan(_position, count).CopyTo(destination);
            _position += count;
            destination = destination[count..];
        }
    }

    /// <summary>Checks that the hash of everything read follows, and nothing after it.</summary>
    public void Finish()
    {
        _hash.AppendData(_buffer, 0, _position);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(expected);
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        ReadBytes(stored);
        if (!stored.SequenceEqual(expected))
        {
            throw Damaged("its hash does not match");
        }

        if (_position != _end || Refill())
        {
            throw Damaged("bytes follow its end");
        }
    }

    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private bool Refill()
    {
        _hash.AppendData(_buffer, 0, _position);
        _position = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }
}

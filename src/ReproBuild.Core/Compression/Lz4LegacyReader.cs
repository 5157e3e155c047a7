using System.Buffers;
using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>Unpacks the legacy LZ4 frame, which the Linux kernel's build makes with <c>lz4 -l</c>: independent blocks of up to 8 MiB.</summary>
internal sealed class Lz4LegacyReader(Stream compressed) : Stream
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(Lz4Format.LegacyBlockLength);
    private int _position;
    private int _length;
    private bool _begun;
    private bool _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The frame is malformed or ends early.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_position == _length)
        {
            if (!TryReadBlock())
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _length - _position);
        _block.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            ArrayPool<byte>.Shared.Return(_block);
        }

        base.Dispose(disposing);
    }

    private bool TryReadBlock()
    {
        var size = ReadNumber();
        if (!_begun && size != Lz4Format.LegacyMagic)
        {
            throw new InvalidDataException("The LZ4 data do not begin with a legacy frame.");
        }

        // Frames may follow each other; a magic number cannot be the size of a block.
        while (size == Lz4Format.LegacyMagic)
        {
            _begun = true;
            size = ReadNumber();
        }

        if (size is null)
        {
            return false;
        }

        if (size > Lz4Format.MaxCompressedLength(Lz4Format.LegacyBlockLength))
        {
            throw new InvalidDataException($"A block of {size} bytes is larger than the legacy LZ4 frame allows.");
        }

        Unpack((int)size);
        return true;
    }

    private void Unpack(int size)
    {
        var packed = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (compressed.ReadAtLeast(packed.AsSpan(0, size), size, throwOnEndOfStream: false) != size)
            {
                throw new InvalidDataException("The LZ4 data end early.");
            }

            _position = 0;
            _length = 0;
            _length = Lz4BlockDecoder.Decode(packed.AsSpan(0, size), _block.AsSpan(0, Lz4Format.LegacyBlockLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    private uint? ReadNumber()
    {
        Span<byte> bytes = stackalloc byte[4];
        return compressed.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) switch
        {
            0 => null,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => throw new InvalidDataException("The LZ4 data end early."),
        };
    }
}

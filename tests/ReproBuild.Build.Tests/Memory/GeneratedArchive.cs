using System.Globalization;
using System.Text;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>A tar archive of small files in directories of a thousand, generated as it is read.</summary>
internal sealed class GeneratedArchive(int entries) : Stream
{
    private const int BlockSize = 512;
    private const int EndBlocks = 2;
    private const int ContentSize = 100;

    private readonly byte[] _block = new byte[BlockSize];
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Each entry has a header and a block of content.</summary>
    public override long Length => ((2L * entries) + EndBlocks) * BlockSize;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, Length - _position);
        for (var done = 0; done < count;)
        {
            var (block, from) = ((int)(_position / BlockSize), (int)(_position % BlockSize));
            if (from == 0)
            {
                Fill(block);
            }

            var part = _block.AsSpan(from, Math.Min(BlockSize - from, count - done));
            part.CopyTo(buffer[done..]);
            done += part.Length;
            _position += part.Length;
        }

        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Fill(int block)
    {
        _block.AsSpan().Clear();
        if (block % 2 == 1 || block >= 2 * entries)
        {
            return;
        }

        var number = block / 2;
        Put(0, string.Create(CultureInfo.InvariantCulture, $"usr/share/d{number / 1000:D4}/file-{number:D7}.txt"));
        Put(100, $"0000644\00000000\00000000\0{Convert.ToString(ContentSize, 8).PadLeft(11, '0')}\000000000000\0");
        Put(156, "0");
        Put(257, "ustar\000root");
        Put(297, "root");
        var sum = (8 * ' ') + _block.Sum(static value => value);
        Put(148, $"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ");
    }

    private void Put(int offset, string ascii) => Encoding.ASCII.GetBytes(ascii, _block.AsSpan(offset));
}

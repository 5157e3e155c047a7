using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileContentStreamTests
{
    private static readonly FileContent Digits = FileContent.FromBytes("0123456789"u8.ToArray());

    [Fact]
    public async Task Every_way_of_reading_goes_on_where_the_last_one_ended()
    {
        using var stream = Digits.OpenRead();
        var buffer = new byte[4];
        Assert.Equal(2, stream.Read(buffer, 1, 2));
        Assert.Equal("\001\0"u8.ToArray(), buffer);
        Assert.Equal(3, stream.Read(buffer.AsSpan(0, 3)));
        Assert.Equal((byte)'2', buffer[0]);
#pragma warning disable CA1835 // The older overload is what is tried.
        Assert.Equal(1, await stream.ReadAsync(buffer, 1, 1, TestContext.Current.CancellationToken));
#pragma warning restore CA1835
        Assert.Equal((byte)'5', buffer[1]);
        Assert.Equal(4, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal("6789"u8.ToArray(), buffer);
        Assert.Equal(10, stream.Position);
        Assert.Equal(0, stream.Read(buffer, 0, 4));
        stream.Position = 8;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.CopyToAsync(Stream.Null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_position_may_lie_beyond_the_end_and_not_before_the_beginning()
    {
        using var stream = Digits.OpenRead();
        Assert.Equal(4, stream.Seek(4, SeekOrigin.Begin));
        Assert.Equal(6, stream.Seek(2, SeekOrigin.Current));
        Assert.Equal('6', stream.ReadByte());
        Assert.Equal(11, stream.Seek(1, SeekOrigin.End));
        Assert.Equal(-1, stream.ReadByte());
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-11, SeekOrigin.End));
        stream.Position = 9;
        Assert.Equal('9', stream.ReadByte());
    }

    [Fact]
    public void It_is_for_reading_only()
    {
        using var stream = Digits.OpenRead();
        Assert.Equal((true, true, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        Refuse("The content is immutable.", () => stream.WriteByte(0));
        Refuse("The content is immutable.", () => stream.SetLength(0));
        stream.Flush();
    }

    [Fact]
    public async Task A_stream_that_is_read_forward_refuses_everything_else()
    {
        using var stream = new Zeros();
        Assert.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        Assert.Equal(2, stream.Read(new byte[5], 1, 2));
#pragma warning disable CA1835 // The older overload is what is tried.
        Assert.Equal(3, await stream.ReadAsync(new byte[5], 1, 3, TestContext.Current.CancellationToken));
#pragma warning restore CA1835
        Refuse("The stream is read forward only.", () => _ = stream.Length);
        Refuse("The stream is read forward only.", () => _ = stream.Position);
        Refuse("The stream is read forward only.", () => stream.Position = 0);
        Refuse("The stream is read forward only.", () => stream.Seek(0, SeekOrigin.Begin));
        Refuse("The stream is read only.", () => stream.SetLength(0));
        Refuse("The stream is read only.", () => stream.WriteByte(0));
        stream.Flush();
    }

    private static void Refuse(string message, Action action) => Assert.Equal(message, Assert.Throws<NotSupportedException>(action).Message);

    private sealed class Zeros : ForwardReadStream
    {
        public override int Read(Span<byte> buffer) => buffer.Length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}

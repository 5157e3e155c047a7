using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileContentTests
{
    private static readonly Blob Digits = Blob.FromBytes("0123456789"u8.ToArray());

    [Fact]
    public void A_slice_reads_its_part_of_the_blob()
    {
        var content = new FileContent(Digits, 3, 4);
        Assert.Equal("3456", ReadAll(content));
        var buffer = new byte[10];
        Assert.Equal(2, content.Read(2, buffer));
        Assert.Equal("56"u8, buffer.AsSpan(0, 2));
        Assert.Equal(0, content.Read(4, buffer));
        Assert.Equal(0, content.Read(long.MaxValue, buffer));
    }

    [Fact]
    public void What_no_extent_covers_reads_as_zeros_whatever_the_buffer_held()
    {
        var content = new FileContent(Digits, [new DataExtent(2, 0, 2), new DataExtent(4, 8, 1), new DataExtent(7, 5, 1)], 10);
        Assert.Equal("\0\0018\0\05\0\0", ReadAll(content));
        for (var offset = 0; offset < 10; offset++)
        {
            for (var count = 0; count <= 10 - offset; count++)
            {
                var buffer = Enumerable.Repeat((byte)'#', count).ToArray();
                Assert.Equal(count, content.Read(offset, buffer));
                Assert.Equal(ReadAll(content).Substring(offset, count), System.Text.Encoding.Latin1.GetString(buffer));
            }
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(-1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 10, 1)]
    [InlineData(0, 1, 10)]
    [InlineData(15, 0, 6)]
    [InlineData(long.MaxValue, 0, 1)]
    [InlineData(0, long.MaxValue, 1)]
    [InlineData(0, 0, long.MaxValue)]
    public void An_extent_outside_the_file_or_the_blob_is_refused(long offset, long blobOffset, long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FileContent(Digits, [new DataExtent(offset, blobOffset, length)], 20));

    [Fact]
    public void Extents_that_overlap_or_are_out_of_order_are_refused()
    {
        Refuse([new DataExtent(0, 0, 3), new DataExtent(2, 0, 3)]);
        Refuse([new DataExtent(5, 0, 3), new DataExtent(0, 0, 3)]);

        static void Refuse(ImmutableArray<DataExtent> extents) =>
            Assert.Contains("out of order", Assert.Throws<ArgumentOutOfRangeException>(() => new FileContent(Digits, extents, 20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_outside_the_blob_is_refused()
    {
        Assert.Contains("not inside the blob", Assert.Throws<ArgumentOutOfRangeException>(() => new FileContent(Digits, 5, 6)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FileContent(Digits, 0, -1));
        Assert.Equal(0, new FileContent(Digits, 10, 0).Length);
    }

    [Fact]
    public void A_part_of_content_reads_as_that_part()
    {
        FileContent[] contents = [new(Digits, 2, 6), new(Digits, [new DataExtent(1, 4, 2), new DataExtent(5, 0, 1)], 6)];
        foreach (var content in contents)
        {
            var whole = ReadAll(content);
            for (var offset = 0; offset <= 6; offset++)
            {
                for (var length = 0; length <= 6 - offset; length++)
                {
                    var part = content.Slice(offset, length);
                    Assert.Equal(whole.Substring(offset, length), ReadAll(part));
                    Assert.All(part.Extents, static extent => Assert.True(extent.Length > 0));
                }
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => content.Slice(-1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => content.Slice(1, -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => content.Slice(1, 6));
            Assert.Throws<ArgumentOutOfRangeException>(() => content.Read(-1, new byte[1]));
        }

        Assert.Empty(FileContent.Empty.Extents);
        Assert.Equal([new DataExtent(0, 2, 6)], contents[0].Extents);
    }

    [Fact]
    public void Memory_is_not_read_before_its_beginning_or_beyond_its_end()
    {
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => Digits.Read(-1, new byte[1]));
        Assert.Equal(0, Digits.Read(10, new byte[1]));
        Assert.Equal(0, Digits.Read(11, new byte[1]));
        Assert.Equal(0, Digits.Read(long.MaxValue, new byte[1]));
        Assert.Equal(1, Digits.Read(9, new byte[2]));
    }

    [Fact]
    public async Task Nothing_is_made_of_or_written_to_nothing()
    {
        Assert.Throws<ArgumentNullException>("blob", () => new FileContent(null!, 0, 0));
        Assert.Throws<ArgumentNullException>("blob", () => new FileContent(null!, [], 0));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new FileContent(Digits, [], -1));
        Assert.Throws<ArgumentNullException>("content", () => new FileContentBuilder().Append((FileContent)null!));
        var token = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentNullException>("destination", () => FileContent.Empty.CopyToAsync(null!, token));
        await Assert.ThrowsAsync<ArgumentNullException>("path", () => FileContent.Empty.SaveAsync(null!, token));
        await Assert.ThrowsAsync<ArgumentException>("path", () => FileContent.Empty.SaveAsync("", token));
        Assert.Throws<ArgumentException>("path", () => HostDirectory.Open("", default));
        Assert.Throws<ArgumentNullException>("inode", () => new FileTreeBuilder().Add("a", null!));
        Assert.Throws<ArgumentNullException>("tree", () => new FileTreeBuilder().AddTree("a", null!));
        using var scratch = new ScratchSpace();
        await Assert.ThrowsAsync<ArgumentNullException>("write", () => scratch.CreateAsync(null!, token));
        await Assert.ThrowsAsync<ArgumentNullException>("write", () => scratch.GetOrCreateAsync("key", null!, token));
        await Assert.ThrowsAsync<ArgumentNullException>("key", () => scratch.GetOrCreateAsync(null!, static (_, _) => Task.CompletedTask, token));
    }

    [Fact]
    public void A_blob_that_ends_early_is_an_error() =>
        Assert.Contains("ended early", Assert.Throws<EndOfStreamException>(() => ReadAll(new FileContent(new ShortBlob(), 0, 10))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_stream_over_content_reads_seeks_and_copies()
    {
        using var stream = new FileContent(Digits, [new DataExtent(2, 0, 8)], 12).OpenRead();
        Assert.Equal(12, stream.Length);
        Assert.Equal(10, stream.Seek(-2, SeekOrigin.End));
        Assert.Equal(0, stream.ReadByte());
        Assert.Equal(3, stream.Seek(-8, SeekOrigin.Current));
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal("1234567\0\0"u8.ToArray(), copy.ToArray());
        Assert.Equal(-1, stream.ReadByte());
        await Assert.ThrowsAsync<TaskCanceledException>(() => stream.ReadAsync(new byte[1], new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public void A_blob_over_content_is_that_content()
    {
        var blob = Blob.FromContent(new FileContent(Digits, 2, 5));
        Assert.Equal("345", ReadAll(new FileContent(blob, 1, 3)));
    }

    internal static string ReadAll(FileContent content)
    {
        var bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, content.Read(0, bytes));
        return System.Text.Encoding.Latin1.GetString(bytes);
    }

    private sealed class ShortBlob : Blob
    {
        public override long Length => 10;

        public override int Read(long offset, Span<byte> buffer) => 0;
    }
}

using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileContentBuilderTests
{
    [Fact]
    public void Parts_lie_one_after_the_other()
    {
        var content = new FileContentBuilder()
            .Append("ab"u8.ToArray()).AppendZeros(0).Append(FileContent.Empty).AlignTo(4).Append("c"u8.ToArray()).PadTo(8).AlignTo(4).Append("d"u8.ToArray())
            .Build();
        Assert.Equal("ab\0\0c\0\0\0d", FileContentTests.ReadAll(content));
        Assert.Equal([new DataExtent(0, 0, 2), new DataExtent(4, 4, 1), new DataExtent(8, 8, 1)], content.Extents);
    }

    [Fact]
    public void Data_that_touches_is_one_extent_and_holes_stay_holes()
    {
        var sparse = new FileContent(Blob.FromBytes("xy"u8.ToArray()), [new DataExtent(0, 0, 1), new DataExtent(1L << 40, 1, 1)], (1L << 40) + 1);
        var content = new FileContentBuilder().Append("ab"u8.ToArray()).Append(sparse).Append("cd"u8.ToArray()).AppendZeros(5).Build();
        Assert.Equal([new DataExtent(0, 0, 3), new DataExtent((1L << 40) + 2, (1L << 40) + 2, 3)], content.Extents);
        var end = new byte[8];
        Assert.Equal(8, content.Read((1L << 40) + 2, end));
        Assert.Equal("ycd\0\0\0\0\0"u8.ToArray(), end);
    }

    [Fact]
    public void The_blob_of_a_composition_is_read_up_to_its_end_and_has_zeros_between_its_parts()
    {
        var part = FileContent.FromBytes("ab"u8.ToArray());
        var blob = new SegmentBlob([new ContentSegment(1, part), new ContentSegment(5, part)], 8);
        var buffer = Enumerable.Repeat((byte)'#', 10).ToArray();
        Assert.Equal(8, blob.Read(0, buffer));
        Assert.Equal("\0ab\0\0ab\0##"u8.ToArray(), buffer);
        Assert.Equal(2, blob.Read(6, buffer));
        Assert.Equal("b\0"u8.ToArray(), buffer[..2]);
        Assert.Equal(0, blob.Read(8, buffer));
        Assert.Equal(0, blob.Read(9, buffer));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => blob.Read(-1, buffer));
    }

    [Fact]
    public void What_is_built_does_not_change_with_later_additions()
    {
        var builder = new FileContentBuilder().Append("a"u8.ToArray());
        var first = builder.Build();
        builder.Append("b"u8.ToArray());
        Assert.Equal("a", FileContentTests.ReadAll(first));
        Assert.Equal("ab", FileContentTests.ReadAll(builder.Build()));
    }

    [Fact]
    public void Positions_behind_are_refused()
    {
        var builder = new FileContentBuilder().AppendZeros(5);
        Assert.Throws<ArgumentOutOfRangeException>("position", () => builder.PadTo(4));
        Assert.Equal(5, builder.PadTo(5).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendZeros(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AlignTo(0));
    }

    [Fact]
    public void Any_composition_reads_as_its_parts_would_anywhere()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var (content, bytes) = Compose(random, depth: 3);
            Assert.Equal(bytes.Length, content.Length);
            for (var i = 0; i < 20; i++)
            {
                var offset = random.Next(bytes.Length + 2);
                var buffer = new byte[random.Next(bytes.Length + 2)];
                Array.Fill(buffer, (byte)'#');
                var count = content.Read(offset, buffer);
                Assert.Equal(Math.Min(buffer.Length, Math.Max(0, bytes.Length - offset)), count);
                Assert.Equal(bytes.AsSpan(Math.Min(offset, bytes.Length), count), buffer.AsSpan(0, count));
            }

            AssertExtentsCoverAllData(content, bytes);
        }
    }

    private static (FileContent Content, byte[] Bytes) Compose(Random random, int depth)
    {
        var builder = new FileContentBuilder();
        using var bytes = new MemoryStream();
        for (var i = random.Next(5); i >= 0; i--)
        {
            var part = new byte[random.Next(10)];
            switch (random.Next(depth == 0 ? 2 : 3))
            {
                case 0:
                    builder.AppendZeros(part.Length);
                    break;
                case 1:
                    random.NextBytes(part);
                    builder.Append(part);
                    break;
                default:
                    (var inner, part) = Compose(random, depth - 1);
                    builder.Append(inner);
                    break;
            }

            bytes.Write(part);
        }

        return (builder.Build(), bytes.ToArray());
    }

    private static void AssertExtentsCoverAllData(FileContent content, byte[] bytes)
    {
        var holes = bytes.ToArray();
        foreach (var extent in content.Extents)
        {
            holes.AsSpan((int)extent.Offset, (int)extent.Length).Clear();
        }

        Assert.DoesNotContain(holes, static b => b != 0);
    }
}

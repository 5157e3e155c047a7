using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Fat;

namespace ReproBuild.Outputs.Tests.Fat;

/// <summary>How large a volume is, and how large it must be.</summary>
public sealed class FatSizeTests
{
    private const long MiB = 1024 * 1024;

    private static readonly FatOptions Options = new() { SerialNumber = 1 };

    private static readonly FileTree ManyFiles = Tree(100_000, 1, directories: 100);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 900_000)]
    [InlineData(1, 2_000_000)]
    [InlineData(1, 2_097_152)]
    [InlineData(1, 33_500_000)]
    [InlineData(1, 34_000_000)]
    [InlineData(1, 200_000_000)]
    [InlineData(1, 267_500_000)]
    [InlineData(1, 900 * MiB)]
    [InlineData(2, 2000 * MiB)]
    [InlineData(3, 3333 * MiB)]
    [InlineData(1500, 1)]
    [InlineData(3900, 1)]
    [InlineData(5000, 500)]
    [InlineData(30_000, 600)]
    [InlineData(60_000, 100)]
    [InlineData(70_000, 5000)]
    public void The_default_size_is_the_first_that_holds_the_content(int files, long length)
    {
        var tree = Tree(files, length, directories: 1 + (files / 1000));
        var directories = tree.Entries.Where(static e => e.Inode.IsDirectory).Prepend(tree.Root)
            .ToDictionary(static d => d, static d => FatDirectory.Create(d, Options, TestContext.Current.CancellationToken));
        var sizing = new FatSizing(tree, directories, TestContext.Current.CancellationToken);
        var expected = MiB;
        while (sizing.TryFit(expected) is null)
        {
            expected += MiB;
        }

        Assert.Equal(expected, sizing.Choose(asked: null, least: 0).TotalSectors * 512);
        Assert.Equal(expected, FatVolume.Create(tree, Options, TestContext.Current.CancellationToken).Content.Length);
    }

    [Theory]
    [InlineData(900, 902)]
    [InlineData(4000, 4008)]
    public void A_large_file_leaves_less_than_a_mebibyte_over(int content, int volume) =>
        Assert.Equal(volume * MiB, FatVolume.Create(Tree(1, content * MiB, directories: 1), Options).Content.Length);

    [Theory]
    [InlineData(0)]
    [InlineData(259)]
    [InlineData(260)]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(9000)]
    public void Every_size_from_the_smallest_on_holds_many_small_files(int size)
    {
        var smallest = FatVolume.Create(ManyFiles, Options).Content.Length;
        Assert.InRange(smallest, 1, 100 * MiB);
        var expected = Math.Max(size * MiB, smallest);
        Assert.Equal(expected, FatVolume.Create(ManyFiles, new FatOptions { SerialNumber = 1, Size = expected }).Content.Length);
    }

    [Fact]
    public void A_volume_that_is_a_mebibyte_smaller_than_the_default_is_refused_with_the_default()
    {
        foreach (var (tree, from) in ((FileTree, long)[])[(ManyFiles, 1), (Tree(1, 900 * MiB, 1), 1), (Tree(1, 34_000_000, 1), 1)])
        {
            var smallest = FatVolume.Create(tree, Options).Content.Length;
            var error = Assert.Throws<OutputFormatException>(() => FatVolume.Create(tree, new FatOptions { SerialNumber = 1, Size = smallest - (from * MiB) }));
            Assert.Contains($"needs a FAT volume of {smallest} bytes", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(20 * MiB, 20)]
    [InlineData((20 * MiB) + 1, 21)]
    [InlineData(34 * MiB, 34)]
    public void A_least_size_counts_when_the_content_needs_less(long least, int volume)
    {
        var options = new FatOptions { SerialNumber = 1, MinSize = least };
        Assert.Equal(volume * MiB, FatVolume.Create(Tree(1, 1, directories: 1), options).Content.Length);
        Assert.Equal(901 * MiB, FatVolume.Create(Tree(1, 899 * MiB, directories: 1), options).Content.Length);
        Assert.Equal(5 * MiB, FatVolume.Create(Tree(1, 1, directories: 1), new FatOptions { SerialNumber = 1, MinSize = least, Size = 5 * MiB }).Content.Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData((2L << 40) + 1)]
    public void A_least_size_that_no_volume_has_is_refused(long least) =>
        Assert.Equal("FatOptions.MinSize", Assert.Throws<InvalidOptionException>(() => FatVolume.Create(ManyFiles, new FatOptions { SerialNumber = 1, MinSize = least })).OptionName);

    [Fact]
    public void The_least_system_partition_is_FAT32_a_thousand_clusters_from_where_that_begins()
    {
        Assert.Equal(FatType.Fat32, FatVolume.Create(Tree(1, 1, directories: 1), new FatOptions { SerialNumber = 1, MinSize = FatConstants.MinSystemPartition }).Type);
        Assert.True(FatGeometry.Of(FatConstants.MinSystemPartition / 512, 1)[0].ClusterCount > 65_525 + 1000);
        Assert.Equal(FatType.Fat16, FatVolume.Create(Tree(1, 1, directories: 1), new FatOptions { SerialNumber = 1, MinSize = 32 * MiB }).Type);
    }

    [Fact]
    public void What_2_TiB_do_not_hold_is_refused() =>
        Assert.Contains("2 TiB", Assert.Throws<OutputFormatException>(() => FatVolume.Create(Tree(513, uint.MaxValue, 1), Options)).Message, StringComparison.Ordinal);

    private static FileTree Tree(int files, long length, int directories)
    {
        var builder = new FileTreeBuilder();
        for (var directory = 0; directory < directories; directory++)
        {
            builder.Add($"D{directory}", new Inode { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101 });
        }

        var content = new FileContentBuilder().AppendZeros(length).Build();
        for (var file = 0; file < files; file++)
        {
            builder.Add($"D{file % directories}/F{file}", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = content });
        }

        return builder.Build();
    }
}

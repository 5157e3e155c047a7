using ReproBuild.Outputs.Erofs;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>The bytes of z_erofs_map_header and z_erofs_lcluster_index.</summary>
public sealed class ErofsClusterIndexTests
{
    [Fact]
    public void Extents_become_heads_and_the_distances_between_them()
    {
        const string Expected = """
            00000000 0000 00 00 0000000000000000
            0100 0000 77000000
            0200 0000 0100 0200
            0200 0000 0200 0100
            0100 8403 78000000
            0000 8503 79000000
            """;
        Assert.Equal(
            Expected.Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""),
            Encode(0x77, (13_188, false), (4097, false), (100, true)));
    }

    [Fact]
    public void The_end_of_the_file_in_a_cluster_of_its_own_is_an_entry_without_a_block() =>
        Assert.Equal("00000000000000000000000000000000" + "0100000009000000" + "0200000001000100" + "0000050000000000", Encode(9, (8192 + 5, false)));

    [Fact]
    public void The_end_of_the_file_at_the_end_of_a_cluster_has_no_entry() =>
        Assert.Equal("00000000000000000000000000000000" + "0100000009000000" + "0200000001000100", Encode(9, (8192, false)));

    [Fact]
    public void A_plain_extent_that_crosses_clusters_ends_at_the_end_of_the_file() =>
        Assert.Equal(
            "00000000000000000000000000000000" + "0100000001000000" + "00000a0002000000" + "0000090000000000",
            Encode(1, (4106, false), (4095, true)));

    [Fact]
    public void The_distance_over_the_largest_extent_leaves_the_bit_for_block_counts_alone()
    {
        var index = Convert.FromHexString(Encode(1, (ErofsSegment.Size, false)));
        Assert.Equal("02000000ff010100", Convert.ToHexStringLower(index.AsSpan(index.Length - 8)));
    }

    [Fact]
    public void What_is_before_the_index_is_cleared()
    {
        var file = File((4097, false));
        var area = new byte[4 + ErofsClusterIndex.Measure(4097)];
        area.AsSpan().Fill(0xff);
        ErofsClusterIndex.Encode(area, file, 3);
        Assert.Equal("00000000" + "00000000000000000000000000000000" + "0100000003000000" + "0000010000000000", Convert.ToHexStringLower(area));
    }

    private static ErofsCompressedFile File(params (int Length, bool IsPlain)[] extents)
    {
        var file = new ErofsCompressedFile(extents.Sum(static e => e.Length));
        file.Append([.. extents.Select(static e => new ErofsExtent(e.Length, e.IsPlain))], 0);
        return file;
    }

    private static string Encode(uint block, params (int Length, bool IsPlain)[] extents)
    {
        var file = File(extents);
        var area = new byte[ErofsClusterIndex.Measure(file.Size)];
        ErofsClusterIndex.Encode(area, file, block);
        return Convert.ToHexStringLower(area);
    }
}

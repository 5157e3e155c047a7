using ReproBuild.Core.Compression;
using static ReproBuild.Core.Tests.Compression.ZstandardTesting;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>Every way to write a block is taken where it is the shortest, so that the round trips cover it.</summary>
public sealed class ZstandardSectionTests
{
    private const int Raw = 0;
    private const int Run = 1;
    private const int Compressed = 2;

    [Fact]
    public void Blocks_are_raw_runs_or_compressed()
    {
        Assert.Equal([Raw, Compressed, Compressed], TypesOf("noise, then text"));
        Assert.Equal([Run, Run, Run], TypesOf("run of three blocks"));
        Assert.Equal([Raw, Compressed], TypesOf("longest match"));
    }

    [Fact]
    public void Literals_are_raw_runs_or_coded_in_one_or_four_streams()
    {
        Assert.Equal(Raw, LookAt("records").LiteralsType);
        Assert.Equal((Run, 2000), (LookAt("pieces").LiteralsType, LookAt("pieces").Literals));
        Assert.Equal((Compressed, 1), (LookAt("few literals").LiteralsType, LookAt("few literals").Streams));
        Assert.Equal((Compressed, 4), (LookAt("skewed over all symbols").LiteralsType, LookAt("skewed over all symbols").Streams));
    }

    [Fact]
    public void Weights_are_plain_or_compressed()
    {
        Assert.False(LookAt("two symbols").HasCompressedWeights);
        Assert.True(LookAt("skewed over all symbols").HasCompressedWeights);
    }

    [Fact]
    public void Sequences_are_counted_in_one_two_or_three_bytes()
    {
        Assert.Equal(0, LookAt("few literals").Sequences);
        Assert.InRange(LookAt("phrases").Sequences, 3, 0x7F);
        Assert.InRange(LookAt("records").Sequences, 0x80, 0x7EFF);
        Assert.InRange(LookAt("many sequences").Sequences, 0x7F00, 131_072 / 3);
    }

    [Fact]
    public void Codes_have_predefined_tables_single_symbols_or_tables_of_their_own()
    {
        const int Predefined = 0;
        const int Described = 2;
        Assert.Equal((Predefined, Predefined, Predefined), LookAt("longest match").Modes);
        Assert.Equal((Run, Run, Run), LookAt("pieces").Modes);
        Assert.Equal((Described, Described, Described), LookAt("alternating offsets").Modes);
    }

    [Fact]
    public void Fast_frames_have_the_same_kinds_of_tables()
    {
        Assert.Equal((0, 0, 0), LookAt("longest match", CompressionEffort.Fast).Modes);
        Assert.Equal((0, 0, Run), LookAt("long literals", CompressionEffort.Fast).Modes);
        Assert.Equal((2, 2, 2), LookAt("alternating offsets", CompressionEffort.Fast).Modes);
        Assert.Equal([Raw, Compressed, Compressed], Blocks(Compress(ZstandardInputs.All["noise, then text"], CompressionEffort.Fast)).Select(static block => block.Type));
    }

    [Fact]
    public void A_match_as_long_as_a_block_is_a_single_sequence()
    {
        Assert.Equal((0, 1), (LookAt("longest match").Literals, LookAt("longest match").Sequences));
    }

    [Fact]
    public void Bits_cost_hardly_more_than_a_bit()
    {
        Assert.InRange(Compress(ZstandardInputs.All["two symbols"]).Length, 5000 / 8, (5000 / 8) + 40);
        Assert.Equal(0, LookAt("two symbols").Sequences);
    }

    [Fact]
    public void Recent_offsets_make_records_cheap()
    {
        // 40,000 bytes: 1,666 records of 24 bytes, each with one byte of its own and the distance of the one before.
        Assert.InRange(Compress(ZstandardInputs.All["records"]).Length, 1666, 1666 * 2);
    }

    private static IEnumerable<int> TypesOf(string name) => Blocks(Compress(ZstandardInputs.All[name])).Select(static block => block.Type);

    /// <summary>The last compressed block.</summary>
    private static Sections LookAt(string name, CompressionEffort effort = CompressionEffort.Default) =>
        Look(Blocks(Compress(ZstandardInputs.All[name], effort)).Last(static block => block.Type == Compressed).Content);
}

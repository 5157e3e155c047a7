using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Testing.Tools;
using static ReproBuild.Core.Tests.Compression.ZstandardTesting;

namespace ReproBuild.Core.Tests.Compression;

public sealed class ZstandardFrameEncoderTests
{
    private const string WithoutVectors = "DOTNET_EnableHWIntrinsic";

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    public static TheoryData<string> Inputs => [.. ZstandardInputs.All.Keys];

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public void Every_small_length_of_every_corpus_round_trips(CompressionEffort effort)
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 600);
            for (var length = 0; length <= data.Length; length++)
            {
                Assert.Equal(data[..length], Decompress(Compress(data.AsSpan(0, length), effort)));
            }
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65_791)]
    [InlineData(65_792)]
    [InlineData(131_071)]
    [InlineData(131_072)]
    [InlineData(131_073)]
    [InlineData(1_048_576)]
    [InlineData(3_000_000)]
    public void Buffers_of_every_corpus_round_trip(int length)
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, length);
            Assert.Equal(data, Decompress(Compress(data)));
            Assert.Equal(data, Decompress(Compress(data, CompressionEffort.Fast)));
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_leads_to_the_corners_of_the_format_round_trips(string name)
    {
        Assert.Equal(ZstandardInputs.All[name], Decompress(Compress(ZstandardInputs.All[name])));
        Assert.Equal(ZstandardInputs.All[name], Decompress(Compress(ZstandardInputs.All[name], CompressionEffort.Fast)));
    }

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public void Mixtures_round_trip(CompressionEffort effort)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var data = ZstandardInputs.Mixture(seed);
            Assert.True(data.AsSpan().SequenceEqual(Decompress(Compress(data, effort))), $"The mixture {seed} came back changed.");
        }
    }

    [Fact]
    public void An_empty_frame_has_one_raw_block_and_its_size()
    {
        Assert.Equal([0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0], Compress([]));
    }

    [Fact]
    public void A_byte_is_raw_and_a_run_is_told_by_its_length()
    {
        Assert.Equal([0x28, 0xB5, 0x2F, 0xFD, 0x20, 1, 0x09, 0, 0, 65], Compress([65]));
        Assert.Equal([0x28, 0xB5, 0x2F, 0xFD, 0x60, 0xE8, 0x02, 0x43, 0x1F, 0, 7], Compress(ZstandardInputs.All["run"]));
    }

    [Fact]
    public void A_larger_size_takes_four_bytes()
    {
        Assert.Equal([0x60, 0xFF, 0xFF], Compress(new byte[65_791])[4..7]);
        Assert.Equal([0xA0, 0x00, 0x01, 0x01, 0x00], Compress(new byte[65_792])[4..9]);
    }

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public void Zero_is_returned_exactly_when_the_frame_does_not_fit(CompressionEffort effort)
    {
        foreach (var data in Corpus.Names.Select(static name => Corpus.Make(name, 200_000)).Append([]).Append([1]))
        {
            var compressed = Compress(data, effort);
            var exact = new byte[compressed.Length];
            Assert.Equal(compressed.Length, ZstandardFrameEncoder.Compress(data, exact, effort));
            Assert.Equal(compressed, exact);
            foreach (var shorter in (int[])[0, 4, 8, compressed.Length / 2, compressed.Length - 1])
            {
                Assert.True(shorter >= compressed.Length || ZstandardFrameEncoder.Compress(data, new byte[shorter], effort) == 0);
            }
        }
    }

    [Fact]
    public void The_greatest_length_holds_whatever_comes()
    {
        foreach (var length in (int[])[0, 1, 100, 131_072, 131_073, 1_000_000])
        {
            Assert.InRange(Compress(Corpus.Make("noise", length)).Length, length + 1, ZstandardFrameEncoder.GetMaxCompressedLength(length));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ZstandardFrameEncoder.GetMaxCompressedLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ZstandardFrameEncoder.GetMaxCompressedLength(int.MaxValue));
    }

    [Fact]
    public void Text_shrinks_and_noise_barely_grows()
    {
        Assert.InRange(Compress(Corpus.Make("text", 131_072)).Length, 1, 131_072 / 4);
        Assert.Equal(9 + 3 + 131_072, Compress(Corpus.Make("noise", 131_072)).Length);
        Assert.Equal(9 + (8 * 4), Compress(new byte[1 << 20]).Length);
    }

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public void Concurrent_calls_give_the_same_bytes(CompressionEffort effort)
    {
        var inputs = Corpus.Names.Select(static name => Corpus.Make(name, 30_000)).ToArray();
        var expected = inputs.Select(input => Compress(input, effort)).ToArray();
        Parallel.For(0, 60, i => Assert.Equal(expected[i % expected.Length], Compress(inputs[i % inputs.Length], effort)));
    }

    [Fact]
    public void The_default_is_the_best()
    {
        var data = Corpus.Make("mixed", 300_000);
        Assert.Equal(Compress(data, CompressionEffort.Best), Compress(data));
    }

    [Theory]
    [InlineData(
        CompressionEffort.Fast,
        "e3973c6501b61d4421f3ce03472689bf5ad21fc4e9d4fb2a904255874ba43edb",
        "fa4e7a0b8bf33420d02e754ca190c4a3216fbb40e27919ed1faba02b65cd6669",
        "cb832c485899e2579d40c50b8ba538db28266f94b398681315120f6a36773f6a")]
    [InlineData(
        CompressionEffort.Best,
        "64cdadc51b5f24d1a986d9d79e559beb330d2bd10e856fdf924babdb02597f02",
        "662902f347864c171fb3d0089b90557111bff0c0a70b127f254e324bf75e8c4e",
        "00b8de41638d7795359d367429fed17bcf6748003bf5e1229240573380086fdb")]
    public void The_bytes_are_pinned(CompressionEffort effort, string block, string frame, string corners)
    {
        var mayHaveVectors = Environment.GetEnvironmentVariable(WithoutVectors) != "0";
        Assert.True(mayHaveVectors || !Vector128.IsHardwareAccelerated, "There are vector instructions all the same.");
        var inputs = ZstandardInputs.All.OrderBy(static input => input.Key, StringComparer.Ordinal).Select(static input => input.Value);
        string[] hashes =
        [
            Hash(Corpus.Names.Select(static name => Corpus.Make(name, 131_072)), effort),
            Hash(Corpus.Names.Select(static name => Corpus.Make(name, 1_048_576)), effort),
            Hash(inputs, effort),
        ];
        Assert.Equal([block, frame, corners], hashes);
    }

    [Fact]
    public async Task The_bytes_are_the_same_without_vector_instructions()
    {
        Assert.SkipUnless(Dotnet.IsAvailable, Dotnet.SkipReason);
        var options = new ToolOptions { Environment = new Dictionary<string, string> { [WithoutVectors] = "0" } };
        var test = $"*{nameof(ZstandardFrameEncoderTests)}.{nameof(The_bytes_are_pinned)}";
        string[] arguments = [typeof(ZstandardFrameEncoderTests).Assembly.Location, "--filter-method", test];
        var output = await Dotnet.RunAsync(arguments, options, TestContext.Current.CancellationToken);
        Assert.Contains("succeeded: 2", output, StringComparison.Ordinal);
    }

    private static string Hash(IEnumerable<byte[]> inputs, CompressionEffort effort)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var input in inputs)
        {
            hash.AppendData(Compress(input, effort));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

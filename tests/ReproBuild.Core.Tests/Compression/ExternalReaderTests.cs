using ReproBuild.Core.Compression;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Compression;

public sealed class ExternalReaderTests : IDisposable
{
    private const string InflateScript = "import sys, zlib; sys.exit(zlib.decompress(open(sys.argv[1], 'rb').read()) != open(sys.argv[2], 'rb').read())";

    private static readonly ExternalTool Gzip = new("gzip", "gzip");
    private static readonly ExternalTool Python = new("python3", "python3");
    private static readonly ExternalTool Lz4 = new("lz4", "lz4");
    private static readonly ExternalTool Zstd = new("zstd", "zstd");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Gzip_tests_and_unpacks_it()
    {
        Assert.SkipUnless(Gzip.IsAvailable, Gzip.SkipReason);
        var data = Corpus.Make("mixed", (2 * GzipTesting.PieceSize) + 99);
        var (packed, unpacked) = (_directory["data.gz"], _directory["data"]);
        await File.WriteAllBytesAsync(packed, GzipTesting.Compress(data));
        await Gzip.RunAsync(["-t", packed]);
        await Gzip.RunAsync(["-d", packed]);
        Assert.Equal(data, await File.ReadAllBytesAsync(unpacked));
    }

    [Fact]
    public async Task Python_unpacks_zlib_streams()
    {
        Assert.SkipUnless(Python.IsAvailable, Python.SkipReason);
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 131_072);
            var buffer = new byte[ZlibEncoder.GetMaxCompressedLength(data.Length)];
            await File.WriteAllBytesAsync(_directory["packed"], buffer[..ZlibEncoder.Compress(data, buffer)]);
            await File.WriteAllBytesAsync(_directory["data"], data);
            await Python.RunAsync(["-c", InflateScript, _directory["packed"], _directory["data"]]);
        }
    }

    [Fact]
    public async Task Lz4_unpacks_blocks_in_a_legacy_frame()
    {
        Assert.SkipUnless(Lz4.IsAvailable, Lz4.SkipReason);
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 300_000);
            var buffer = new byte[Lz4BlockEncoder.GetMaxCompressedLength(data.Length)];
            var length = Lz4BlockEncoder.Compress(data, buffer);
            await File.WriteAllBytesAsync(_directory["packed.lz4"], [0x02, 0x21, 0x4C, 0x18, .. BitConverter.GetBytes(length), .. buffer[..length]]);
            await Lz4.RunAsync(["-d", "-f", _directory["packed.lz4"], _directory["data"]]);
            Assert.Equal(data, await File.ReadAllBytesAsync(_directory["data"]));
        }
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("zstd, best")]
    [InlineData("lz4")]
    public async Task Zstd_and_lz4_unpack_streams(string format)
    {
        var tool = format == "lz4" ? Lz4 : Zstd;
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        foreach (var data in (byte[][])[[], [1], .. Corpus.Names.Select(static name => Corpus.Make(name, (3 * CompressionStreams.PieceLength) + 99))])
        {
            await File.WriteAllBytesAsync(_directory["packed"], CompressionStreams.Compress(format, data));
            await tool.RunAsync(["-d", "-f", "-q", _directory["packed"], .. format == "lz4" ? [_directory["data"]] : (string[])["-o", _directory["data"]]]);
            Assert.Equal(data, await File.ReadAllBytesAsync(_directory["data"]));
        }
    }

    [Fact]
    public async Task Zstd_unpacks_frames()
    {
        Assert.SkipUnless(Zstd.IsAvailable, Zstd.SkipReason);
        byte[][] inputs =
        [
            [], .. ZstandardInputs.All.Values, .. Enumerable.Range(0, 300).Select(ZstandardInputs.Mixture),
            .. from name in Corpus.Names from length in (int[])[131_071, 131_072, 131_073, 1 << 20] select Corpus.Make(name, length),
        ];

        // The frames of a file are unpacked one after another.
        foreach (var effort in (CompressionEffort[])[CompressionEffort.Fast, CompressionEffort.Best])
        {
            await File.WriteAllBytesAsync(_directory["packed.zst"], inputs.SelectMany(input => ZstandardTesting.Compress(input, effort)).ToArray());
            await Zstd.RunAsync(["-d", "-f", "-q", _directory["packed.zst"], "-o", _directory["data"]]);
            Assert.Equal(inputs.SelectMany(static input => input).ToArray(), await File.ReadAllBytesAsync(_directory["data"]));
        }
    }

    [Fact]
    public async Task Fast_frames_are_hardly_larger_than_zstds_of_level_3()
    {
        Assert.SkipUnless(Zstd.IsAvailable, Zstd.SkipReason);
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 1 << 20);
            await File.WriteAllBytesAsync(_directory["data"], data);
            await Zstd.RunAsync(["-3", "-f", "-q", "--no-check", _directory["data"], "-o", _directory["packed.zst"]]);
            var theirs = new FileInfo(_directory["packed.zst"]).Length;
            Assert.InRange(ZstandardTesting.Compress(data, CompressionEffort.Fast).Length, 1, (theirs * 103 / 100) + 64);
        }
    }
}

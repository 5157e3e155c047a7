using BenchmarkDotNet.Attributes;
using ReproBuild.Core.Compression;

namespace ReproBuild.Benchmarks;

/// <summary>The encoders over 16 MiB, with one thread.</summary>
public class EncoderBenchmarks
{
    [Benchmark]
    [Arguments(CompressionEffort.Fast)]
    [Arguments(CompressionEffort.Default)]
    [Arguments(CompressionEffort.Best)]
    public Task Gzip(CompressionEffort effort) => CompressAsync(new DeterministicGzipStream(Stream.Null, effort: effort));

    [Benchmark]
    [Arguments(CompressionEffort.Fast)]
    [Arguments(CompressionEffort.Best)]
    public Task Zstandard(CompressionEffort effort) => CompressAsync(new DeterministicZstandardStream(Stream.Null, effort: effort));

    [Benchmark]
    public Task Lz4() => CompressAsync(new DeterministicLz4Stream(Stream.Null));

    private static async Task CompressAsync(DeterministicCompressionStream stream)
    {
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(Sample.Bytes).ConfigureAwait(false);
        }
    }
}

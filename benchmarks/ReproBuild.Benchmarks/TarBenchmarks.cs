using BenchmarkDotNet.Attributes;
using ReproBuild.Core.Tar;

namespace ReproBuild.Benchmarks;

/// <summary>Reading and writing an archive of 10,000 files.</summary>
public class TarBenchmarks
{
    private byte[] _archive = [];

    [GlobalSetup]
    public async Task SetupAsync() => _archive = await Sample.CreateLayerAsync().ConfigureAwait(false);

    [Benchmark]
    public async Task<int> Read()
    {
        using var reader = new TarReader(new MemoryStream(_archive));
        var count = 0;
        while (await reader.ReadEntryAsync().ConfigureAwait(false) is not null)
        {
            count++;
        }

        return count;
    }

    [Benchmark]
    public Task Write() => Sample.WriteLayerAsync(Stream.Null);
}

using BenchmarkDotNet.Attributes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Benchmarks;

/// <summary>A layer of 10,000 files: read once from its archive, loaded from its record, applied to a tree.</summary>
public class LayerBenchmarks
{
    private byte[] _archive = [];
    private byte[] _saved = [];
    private Digest _diffId = Digest.OfSha256([]);
    private Layer[] _layers = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _archive = await Sample.CreateLayerAsync().ConfigureAwait(false);
        _diffId = Digest.OfSha256(_archive);
        var record = await Read().ConfigureAwait(false);
        using var saved = new MemoryStream();
        record.Save(saved);
        _saved = saved.ToArray();
        _layers = [new Layer(_diffId, Blob.FromContent(FileContent.FromBytes(_archive)), record.Index)];
    }

    [Benchmark]
    public Task<LayerRecord> Read() => LayerRecord.ReadAsync(new MemoryStream(_archive), _diffId);

    [Benchmark]
    public LayerRecord Load() => LayerRecord.Load(new MemoryStream(_saved), _diffId);

    [Benchmark]
    public FileTree Apply() => LayerApplier.Apply(_layers);
}

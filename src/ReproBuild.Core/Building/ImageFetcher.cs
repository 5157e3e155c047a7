using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Core.Building.Assembling;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;

namespace ReproBuild.Core.Building;

/// <summary>Brings the layers of resolved images here, several at once, whichever image they belong to.</summary>
internal sealed class ImageFetcher(IImageSource source, BuildOptions options, IProgress<BuildProgress>? progress)
{
    public async Task<ImageFileTrees> FetchAsync(ResolvedImages resolved, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = options.EffectiveParallelism, CancellationToken = cancellationToken };
        var fetches = resolved.Images.ToDictionary(static pair => pair.Key, pair => new ImageFetch(pair.Value, progress), StringComparer.Ordinal);

        // In the order of the configuration, so that the images needed first come first. The order shows in no output.
        var layers = resolved.Uses.Where(static use => use.Volume is null).Select(static use => use.Reference).Distinct(StringComparer.Ordinal)
            .SelectMany(reference => fetches[reference].Layers());
        await Parallel.ForEachAsync(layers, parallelism, static (layer, token) => layer.RunAsync(token)).ConfigureAwait(false);
        var artifacts = new ConcurrentDictionary<string, OciArtifact>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(resolved.Uses.Where(static use => use.Volume is not null), parallelism, async (use, token) =>
        {
            var volume = use.Volume!;
            var counter = new ProgressCounter(progress, BuildPhase.Fetch, use.Reference, total: null).Start();
            artifacts[volume.Name] = await source.GetArtifactAsync(ImageReference.Parse(use.Reference), volume.Platforms, token).ConfigureAwait(false);
            counter.Finish();
        }).ConfigureAwait(false);
        return new ImageFileTrees(
            resolved.Images, fetches.ToDictionary(static pair => pair.Key, static pair => pair.Value.Result, StringComparer.Ordinal), artifacts, options.Limits);
    }
}

/// <summary>The layers of one image on their way.</summary>
internal sealed class ImageFetch(IImage image, IProgress<BuildProgress>? progress)
{
    private readonly ProgressCounter _counter = new(progress, BuildPhase.Fetch, image.Reference.ToString(), image.CompressedSize);
    private readonly Layer[] _layers = new Layer[image.LayerCount];
    private int _remaining = image.LayerCount;

    /// <summary>The layers, the lowest first; complete once every fetch has run.</summary>
    public Layer[] Result => _layers;

    public ImmutableArray<LayerFetch> Layers()
    {
        _counter.Start();
        if (_layers.Length == 0)
        {
            _counter.Finish();
        }

        return [.. Enumerable.Range(0, _layers.Length).Select(index => new LayerFetch(this, index))];
    }

    public async ValueTask FetchAsync(int index, CancellationToken cancellationToken)
    {
        _layers[index] = await image.GetLayerAsync(index, _counter, cancellationToken).ConfigureAwait(false);
        if (Interlocked.Decrement(ref _remaining) == 0)
        {
            _counter.Finish();
        }
    }
}

/// <summary>One layer to fetch.</summary>
internal readonly record struct LayerFetch(ImageFetch Image, int Index)
{
    public ValueTask RunAsync(CancellationToken cancellationToken) => Image.FetchAsync(Index, cancellationToken);
}

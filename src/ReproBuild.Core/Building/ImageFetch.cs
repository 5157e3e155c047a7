using System.Collections.Immutable;
using ReproBuild.Core.Layers;

namespace ReproBuild.Core.Building;

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

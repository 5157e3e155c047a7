using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Core.Building.Assembling;

namespace ReproBuild.Core.Building;

/// <summary>Resolves the references of a configuration to digests, several at once.</summary>
internal sealed class ImageResolver(IImageSource source, BuildOptions options, IProgress<BuildProgress>? progress)
{
    private readonly Platform _platform = Platform.Linux(options.Architecture);

    public async Task<ResolvedImages> ResolveAsync(ImmutableArray<ImageUse> uses, CancellationToken cancellationToken)
    {
        // What is found is looked up by key only: the order in which answers arrive shows nowhere.
        var images = new ConcurrentDictionary<string, IImage>(StringComparer.Ordinal);
        var layouts = new ConcurrentDictionary<string, IImage>(StringComparer.Ordinal);
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = options.EffectiveParallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(uses.DistinctBy(static use => (use.Reference, use.Volume?.Name)), parallelism, async (use, token) =>
        {
            var counter = new ProgressCounter(progress, BuildPhase.Resolve, use.Reference, total: null).Start();
            var platform = use.Volume?.Platforms is [var first, ..] ? first : _platform;
            var image = await source.GetImageAsync(ImageReference.Parse(use.Reference), platform, token).ConfigureAwait(false);
            if (use.Volume is { } volume)
            {
                layouts[volume.Name] = image;
            }
            else
            {
                images[use.Reference] = image;
            }

            counter.Finish();
        }).ConfigureAwait(false);
        return new ResolvedImages(uses, images, layouts);
    }
}

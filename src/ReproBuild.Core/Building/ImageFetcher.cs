using System.Collections.Concurrent;
using ReproBuild.Core.Building.Assembling;

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

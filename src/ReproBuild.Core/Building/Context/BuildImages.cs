using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Core.Building.Context;

/// <summary>The images of one build: resolved first, then fetched, then unpacked into trees where the assembly asks for one.</summary>
/// <remarks>Results are looked up only by key, so the order in which they arrive affects nothing.</remarks>
internal sealed class BuildImages(IImageSource source, ImmutableArray<ImageUse> uses, BuildOptions options, IProgress<BuildProgress>? progress)
{
    private readonly ConcurrentDictionary<ImageReference, IImage> _images = [];
    private readonly ConcurrentDictionary<ImageReference, Layer[]> _layers = [];
    private readonly Dictionary<ImageReference, FileTree> _trees = [];

    // Of volumes that hold an OCI layout, by the volume's name.
    private readonly ConcurrentDictionary<string, IImage> _layoutImages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OciArtifact> _artifacts = new(StringComparer.Ordinal);

    /// <summary>Each image once, in the order of the assembly; known once they are resolved.</summary>
    public ImmutableArray<ResolvedInput> Inputs =>
    [
        .. uses.GroupBy(static use => (use.Reference, use.Volume?.Name)).Select(group => Describe(
            group.Key.Reference, group.Key.Name, [.. group.Select(static use => use.Location)])),
    ];

    /// <summary>Resolves every reference to a digest, several at once.</summary>
    public Task ResolveAsync(CancellationToken cancellationToken) => ForEachAsync(
        uses.DistinctBy(static use => (use.Reference, use.Volume?.Name)),
        async (use, token) =>
        {
            var counter = new ProgressCounter(progress, BuildPhase.Resolve, use.Reference.ToString(), total: null).Start();
            var platform = use.Volume?.Platforms is [var first, ..] ? first : Platform.Linux(options.Architecture);
            var image = await source.GetImageAsync(use.Reference, platform, token).ConfigureAwait(false);
            if (use.Volume is { } volume)
            {
                _layoutImages[volume.Name] = image;
            }
            else
            {
                _images[use.Reference] = image;
            }

            counter.Finish();
        },
        cancellationToken);

    /// <summary>Fetches all layers, several at once, whichever image they belong to.</summary>
    public async Task FetchAsync(CancellationToken cancellationToken)
    {
        // In the order of the configuration, so that the images needed first come first. The order affects no output.
        var layers = uses.Where(static use => use.Volume is null).Select(static use => use.Reference).Distinct().SelectMany(LayersOf);
        await ForEachAsync(layers, static (fetch, token) => fetch(token), cancellationToken).ConfigureAwait(false);
        await ForEachAsync(
            uses.Where(static use => use.Volume is not null),
            async (use, token) =>
            {
                var counter = new ProgressCounter(progress, BuildPhase.Fetch, use.Reference.ToString(), total: null).Start();
                _artifacts[use.Volume!.Name] = await source.GetArtifactAsync(use.Reference, use.Volume.Platforms, token).ConfigureAwait(false);
                counter.Finish();
            },
            cancellationToken).ConfigureAwait(false);
    }

    public IImage Image(ImageReference reference) => _images[reference];

    /// <summary>An image as the contents of an OCI layout.</summary>
    public OciArtifact Artifact(string volumeName) => _artifacts[volumeName];

    /// <summary>
    /// The image's tree, its layers applied. Each call makes new inodes, so that an image unpacked in two places has no hard links between
    /// them.
    /// </summary>
    /// <exception cref="IntegrityException">The layers do not fit together or exceed a limit; the message names the image.</exception>
    public FileTree Tree(ImageReference reference, CancellationToken cancellationToken)
    {
        if (_trees.TryGetValue(reference, out var tree))
        {
            return Copy(tree, cancellationToken);
        }

        // Nobody asks for the layers again, and their indexes take as much memory as the tree.
        _layers.TryRemove(reference, out var layers);
        tree = ImageSourceExtensions.ApplyLayers(reference, layers!, options.Limits, cancellationToken);
        _trees.Add(reference, tree);
        return tree;
    }

    /// <summary>Drops the trees, which nobody asks for once the root is assembled.</summary>
    public void ReleaseTrees()
    {
        _trees.Clear();
        _layers.Clear();
    }

    private ResolvedInput Describe(ImageReference reference, string? volume, ImmutableArray<string> locations) => volume is null
        ? new ResolvedInput(reference, _images[reference].Digest, _images[reference].ManifestDigest, locations)
        : new ResolvedInput(reference, _layoutImages[volume].Digest, ManifestDigest: null, locations);

    /// <summary>The steps that fetch the layers of an image, one each.</summary>
    private IEnumerable<Func<CancellationToken, ValueTask>> LayersOf(ImageReference reference)
    {
        var image = _images[reference];
        var layers = _layers[reference] = new Layer[image.LayerCount];
        var counter = new ProgressCounter(progress, BuildPhase.Fetch, reference.ToString(), image.CompressedSize).Start();
        var totals = new LayerTotals(options.Limits);
        var remaining = layers.Length;
        if (remaining == 0)
        {
            counter.Finish();
        }

        return Enumerable.Range(0, layers.Length).Select<int, Func<CancellationToken, ValueTask>>(index => async token =>
        {
            var layer = await image.GetLayerAsync(index, counter, token).ConfigureAwait(false);
            layers[index] = layer with { Archive = new CountedBlob(layer.Archive) };
            ImageSourceExtensions.Add(reference, layers[index], totals, token);
            if (Interlocked.Decrement(ref remaining) == 0)
            {
                counter.Finish();
            }
        });
    }

    private Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = options.EffectiveParallelism, CancellationToken = cancellationToken }, body);

    /// <summary>The same tree with inodes of its own: its hard links stay, and nothing is linked to the original.</summary>
    private static FileTree Copy(FileTree tree, CancellationToken cancellationToken)
    {
        var copies = new Dictionary<Inode, Inode>(ReferenceEqualityComparer.Instance) { [Inode.ImplicitDirectory] = Inode.ImplicitDirectory };
        var copy = new FileTreeBuilder(tree.Root.Inode);
        tree.CopyTo(copy.Root, (entry, parent) => FileTreeBuilder.Put(parent, entry.Name, CopyOf(entry.Inode), entry.Origin), cancellationToken);
        return copy.Finish(cancellationToken);

        Inode CopyOf(Inode original)
        {
            if (!copies.TryGetValue(original, out var inode))
            {
                copies.Add(original, inode = original.Copy());
            }

            return inode;
        }
    }
}

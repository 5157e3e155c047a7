using Microsoft.Extensions.Logging;
using ReproBuild.Core.Building.Assembling;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building;

/// <summary>Fetches what a build needs and assembles the root; the images' own trees are let go of when it is done.</summary>
internal sealed class BuildAssembly(
    IImageSource source, LinuxKitConfig config, BuildOptions options, IProgress<BuildProgress>? progress, ILogger logger)
{
    public async Task<AssembledRoot> RunAsync(
        ResolvedImages images, BuildResources resources, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        var trees = await new ImageFetcher(source, options, progress).FetchAsync(images, cancellationToken).ConfigureAwait(false);
        var counter = new ProgressCounter(progress, BuildPhase.Assemble, options.Name, total: null).Start();
        var context = new AssemblyContext
        {
            Config = config,
            Options = options,
            Images = trees,
            Root = new RootAssembly(options),
            Resources = resources,
            Scratch = scratch,
            Logger = logger,
        };
        var root = await RootAssembler.RunAsync(context, cancellationToken).ConfigureAwait(false);
        counter.Finish();
        BuildLog.Assembled(logger, root.Tree.Entries.Length);
        return root;
    }
}

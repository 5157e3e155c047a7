using System.Collections.Immutable;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The root file system of a build, and what boots it.</summary>
internal sealed record RootFileSystem(FileTree Tree, KernelFiles? Kernel)
{
    /// <summary>Runs the stages in LinuxKit's order.</summary>
    public static async Task<RootFileSystem> AssembleAsync(
        BuildContext build, ImmutableArray<ContainerPlan> containers, CancellationToken cancellationToken)
    {
        var counter = new ProgressCounter(build.Progress, BuildPhase.Assemble, build.Options.Name, total: null).Start();
        var root = new RootBuilder(build.Options);
        await KernelStage.RunAsync(build, root, cancellationToken).ConfigureAwait(false);
        InitStage.Run(build, root, cancellationToken);
        VolumeStage.Run(build, root, cancellationToken);
        new ContainerStage(build, root).Run(containers, cancellationToken);
        new FileStage(build, root).Run(cancellationToken);
        if (build.Options.Sbom)
        {
            await SbomStage.RunAsync(build, root, cancellationToken).ConfigureAwait(false);
        }

        build.Images.ReleaseTrees();
        var tree = root.Build(cancellationToken);
        if (build.Options.Deduplicate)
        {
            tree = Deduplication.Run(tree, containers, cancellationToken);
        }

        counter.Finish();
        BuildLog.Assembled(build.Logger, tree.Entries.Length);
        return new RootFileSystem(tree, BootDirectory.Find(tree));
    }
}

using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Runs the stages of the assembly in LinuxKit's order.</summary>
internal static class RootAssembler
{
    public static async Task<AssembledRoot> RunAsync(AssemblyContext context, CancellationToken cancellationToken)
    {
        await KernelStage.RunAsync(context, cancellationToken).ConfigureAwait(false);
        InitStage.Run(context, cancellationToken);
        VolumeStage.Run(context, cancellationToken);
        new ContainerStage(context).Run(cancellationToken);
        new FileStage(context).Run();
        if (context.Options.Sbom)
        {
            await SbomStage.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }

        var tree = context.Root.Build();
        return new AssembledRoot(tree, BootDirectory.Find(tree));
    }
}

/// <summary>What the assembly gives.</summary>
internal sealed record AssembledRoot(FileTree Tree, KernelFiles? Kernel);

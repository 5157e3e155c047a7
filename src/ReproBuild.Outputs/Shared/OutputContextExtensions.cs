using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>What every format does with its context.</summary>
internal static class OutputContextExtensions
{
    private static readonly ByteString BootDirectory = "boot";

    /// <summary>The kernel's files, which the format cannot do without.</summary>
    /// <exception cref="OutputFormatException">The configuration has no kernel.</exception>
    public static KernelFiles RequireKernel(this OutputContext context) =>
        context.Kernel ?? throw new OutputFormatException(
            "the configuration has no kernel. Add a 'kernel' section, or choose a format that needs none, such as tar.");

    /// <summary>The root file system of a machine that a boot loader starts: it has no use for <c>boot/</c>, which the boot loader reads.</summary>
    public static FileTree RootWithoutBoot(this OutputContext context)
    {
        var builder = new FileTreeBuilder(context.Root.Root.Inode);
        builder.AddTree(ByteString.Empty, context.Root);
        builder.Remove(BootDirectory);
        return builder.Build();
    }

    /// <summary>Writes content as a whole artifact.</summary>
    public static async Task WriteArtifactAsync(
        this OutputContext context, string suffix, FileContent content, CancellationToken cancellationToken)
    {
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await content.CopyToAsync(artifact, cancellationToken).ConfigureAwait(false);
        }
    }
}

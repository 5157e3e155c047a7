using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs;

/// <summary>What every format does with its context.</summary>
internal static class OutputContextExtensions
{
    /// <summary>The kernel's files, which the format cannot do without.</summary>
    /// <exception cref="OutputFormatException">The configuration has no kernel.</exception>
    public static KernelFiles RequireKernel(this OutputContext context, string format) =>
        context.Kernel ?? throw new OutputFormatException(
            "the configuration has no kernel. Add a 'kernel' section, or choose a format that needs none, such as tar.");

    /// <summary>Writes content as a whole artifact.</summary>
    public static async Task WriteArtifactAsync(
        this OutputContext context, string suffix, FileContent content, CancellationToken cancellationToken)
    {
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            var source = content.OpenRead();
            await using (source.ConfigureAwait(false))
            {
                await source.CopyToAsync(artifact, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

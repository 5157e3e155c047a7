using System.Collections.Immutable;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Writes the archive that the test images' kernels have in the place of microcode: an initramfs that mounts the root device.</summary>
internal sealed class InitramfsFormat : IOutputFormat
{
    public const string FormatName = "initramfs";
    public const string Suffix = "-initramfs";

    public string Name => FormatName;

    public ImmutableArray<string> ArtifactSuffixes => [Suffix];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        await using var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken);
        await context.Kernel!.Microcode!.OpenRead().CopyToAsync(artifact, cancellationToken);
    }
}

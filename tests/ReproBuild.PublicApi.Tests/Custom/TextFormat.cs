using System.Collections.Immutable;
using System.Text;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>A list of the paths, and the text of the kernel's command line: a format of two artifacts.</summary>
internal sealed class TextFormat : IOutputFormat
{
    public string Name => "text";

    public ImmutableArray<string> ArtifactSuffixes => ["-paths.txt", "-cmdline.txt"];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        var kernel = context.Kernel ?? throw new OutputFormatException("the configuration has no kernel; add a kernel section");
        await WriteAsync(context, "-paths.txt", string.Concat(context.Root.Entries.Select(static entry => $"{entry.Path}\n")), cancellationToken);
        await WriteAsync(context, "-cmdline.txt", kernel.CommandLine, cancellationToken);
    }

    private static async Task WriteAsync(OutputContext context, string suffix, string text, CancellationToken cancellationToken)
    {
        await using var artifact = await context.CreateArtifactAsync(suffix, cancellationToken);
        await artifact.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }
}

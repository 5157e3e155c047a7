using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>The two artifacts that every <c>kernel+…</c> format writes, with the same bytes.</summary>
internal static class KernelArtifacts
{
    public const string KernelSuffix = "-kernel";
    public const string CommandLineSuffix = "-cmdline";

    /// <summary>Both.</summary>
    public static ImmutableArray<string> Suffixes { get; } = [KernelSuffix, CommandLineSuffix];

    /// <summary>The command line as a file: UTF-8, without a newline, as LinuxKit writes it.</summary>
    public static FileContent CommandLine(KernelFiles kernel) => FileContent.FromBytes(Encoding.UTF8.GetBytes(kernel.CommandLine));

    public static async Task WriteAsync(OutputContext context, KernelFiles kernel, CancellationToken cancellationToken)
    {
        await context.WriteArtifactAsync(KernelSuffix, kernel.Kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(CommandLineSuffix, CommandLine(kernel), cancellationToken).ConfigureAwait(false);
    }
}

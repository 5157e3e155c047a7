using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>The input of one run.</summary>
/// <param name="Sample">The file system and the kernel.</param>
internal sealed record TrialInput(ConformanceSample Sample)
{
    public int MaxParallelism { get; init; } = 1;

    public ArtifactHooks Hooks { get; init; } = new();
}

/// <summary>The outcome of one run.</summary>
/// <param name="Artifacts">Size and SHA-256 of each artifact, by suffix.</param>
/// <param name="Written">How many bytes were written to all artifacts.</param>
/// <param name="Error">How the run ended, or null when it succeeded.</param>
/// <param name="Problems">The problems that any run can show, whatever it was for.</param>
internal sealed record TrialResult(
    ImmutableSortedDictionary<string, string> Artifacts,
    long Written,
    Exception? Error,
    ImmutableArray<(ConformanceRule Rule, string Message)> Problems);

/// <summary>Runs a format once and watches it.</summary>
internal sealed class FormatTrial(IOutputFormat format, OutputFormatConformanceOptions options, TrialInput input)
{
    public async Task<TrialResult> RunAsync(TrialDirectory directory, CancellationToken cancellationToken)
    {
        var log = new ArtifactLog(format, input.Hooks);
        Exception? error = null;
        using (var scratch = new ScratchSpace(directory.FullName))
        {
            try
            {
                await format.WriteAsync(CreateContext(log, scratch, directory.BaseName), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Whatever a format throws is a result here, for a check to judge.
                error = e;
            }
        }

        log.Close(hasSucceeded: error is null);
        return new TrialResult(log.Artifacts, log.Written, error, [.. log.Problems, .. directory.FindStrays()]);
    }

    private OutputContext CreateContext(ArtifactLog log, ScratchSpace scratch, string baseName) => new(log.CreateAsync)
    {
        BaseName = baseName,
        Root = input.Sample.Root,
        Kernel = input.Sample.Kernel,
        Platform = options.Platform,
        SourceDateEpoch = BuildOptions.LinuxKitEpoch,
        DiskSize = options.DiskSize,
        MaxParallelism = input.MaxParallelism,
        Scratch = scratch,
        Logger = NullLogger.Instance,
    };
}

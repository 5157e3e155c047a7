using System.Collections.Immutable;

namespace ReproBuild.Conformance;

/// <summary>Runs one format for the checks and collects their findings.</summary>
internal sealed class ConformanceSession(IOutputFormat format, OutputFormatConformanceOptions options, CancellationToken cancellationToken)
    : IDisposable
{
    private readonly ConformanceDirectory _directory = new();
    private readonly Lock _lock = new();
    private readonly List<ConformanceFinding> _findings = [];

    public IOutputFormat Format => format;

    public OutputFormatConformanceOptions Options => options;

    public CancellationToken CancellationToken => cancellationToken;

    public ImmutableArray<ConformanceFinding> Findings => [.. _findings.Distinct()];

    /// <summary>Safe for concurrent use.</summary>
    public void Report(ConformanceRule rule, string sample, string message)
    {
        lock (_lock)
        {
            _findings.Add(new ConformanceFinding(rule, sample, message));
        }
    }

    /// <summary>Runs the format and reports the problems that any run can show.</summary>
    public async Task<TrialResult> RunAsync(TrialInput input, CancellationToken token)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await new FormatTrial(format, options, input).RunAsync(_directory.CreateTrial(), token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (rule, message) in result.Problems)
        {
            Report(rule, input.Sample.Name, message);
        }

        return result;
    }

    public Task<TrialResult> RunAsync(TrialInput input) => RunAsync(input, cancellationToken);

    public void Dispose() => _directory.Dispose();
}

namespace ReproBuild.Conformance;

/// <summary>Runs a format over every sample, in different ways that must not affect the bytes.</summary>
internal static class WritingCheck
{
    /// <returns>What the format wrote for the sample with many files, or null when it failed.</returns>
    public static async Task<TrialResult?> RunAsync(ConformanceSession session)
    {
        var options = session.Options;
        List<ConformanceSample> samples =
            [ConformanceSamples.Empty(options), ConformanceSamples.Everything(options), ConformanceSamples.WithoutKernel(options)];
        if (options.Root is { } root)
        {
            samples.Add(new ConformanceSample("given root", root, options.Kernel));
        }

        foreach (var sample in samples)
        {
            await RunSampleAsync(session, sample, isThorough: false).ConfigureAwait(false);
        }

        var written = await RunSampleAsync(session, ConformanceSamples.Files(options), isThorough: true).ConfigureAwait(false);
        if (written.Error is OutputFormatException refusal)
        {
            session.Report(ConformanceRule.Refusal, "many files",
                $"Ordinary files were refused; give the kernel, platform, disk size or common files that the format needs. {refusal.Message}");
        }

        return written.Error is null ? written : null;
    }

    private static async Task<TrialResult> RunSampleAsync(ConformanceSession session, ConformanceSample sample, bool isThorough)
    {
        var first = await session.RunAsync(new TrialInput(sample)).ConfigureAwait(false);
        if (first.Error is not null)
        {
            ReportRefusal(session, sample, first);
        }

        var other = await session.RunAsync(new TrialInput(sample) { MaxParallelism = 2 }).ConfigureAwait(false);
        Compare(session, sample, first, other, "with two threads");
        if (isThorough)
        {
            await CompareFurtherAsync(session, sample, first).ConfigureAwait(false);
        }

        return first;
    }

    private static async Task CompareFurtherAsync(ConformanceSession session, ConformanceSample sample, TrialResult first)
    {
        var eightThreads = await session.RunAsync(new TrialInput(sample) { MaxParallelism = 8 }).ConfigureAwait(false);
        Compare(session, sample, first, eightThreads, "with eight threads");
        Compare(session, sample, first, await session.RunAsync(new TrialInput(sample)).ConfigureAwait(false), "when it is run again");
        var atOnce = Enumerable.Range(0, 2).Select(
            _ => Task.Run(() => session.RunAsync(new TrialInput(sample) { MaxParallelism = 2 }), session.CancellationToken));
        foreach (var result in await Task.WhenAll(atOnce).ConfigureAwait(false))
        {
            Compare(session, sample, first, result, "when two builds run at once");
        }
    }

    private static void ReportRefusal(ConformanceSession session, ConformanceSample sample, TrialResult result)
    {
        if (result.Error is not OutputFormatException)
        {
            session.Report(
                ConformanceRule.Refusal, sample.Name,
                $"It failed with {result.Error!.GetType().Name}, not OutputFormatException: {result.Error.Message}");
        }

        if (result.Written > 0)
        {
            session.Report(ConformanceRule.Refusal, sample.Name, $"It failed after {result.Written} bytes were written: {result.Error!.Message}");
        }
    }

    private static void Compare(ConformanceSession session, ConformanceSample sample, TrialResult first, TrialResult other, string variation)
    {
        if (first.Error?.Message != other.Error?.Message)
        {
            session.Report(ConformanceRule.Determinism, sample.Name, $"It ends differently {variation}: {other.Error?.Message ?? "it succeeds"}");
        }

        foreach (var (suffix, content) in first.Artifacts)
        {
            if (other.Artifacts.GetValueOrDefault(suffix) != content)
            {
                session.Report(ConformanceRule.Determinism, sample.Name,
                    $"The artifact '{suffix}' has different bytes {variation}: " +
                    $"{other.Artifacts.GetValueOrDefault(suffix) ?? "none"}, not {content}.");
            }
        }
    }
}

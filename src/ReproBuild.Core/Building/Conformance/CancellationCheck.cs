namespace ReproBuild.Core.Building.Conformance;

/// <summary>Cancels a format before it starts, while it writes, and while it reads.</summary>
internal static class CancellationCheck
{
    /// <summary>What buffers may still hold when the token is cancelled.</summary>
    private const long MaxWrittenAfterwards = 1024 * 1024;

    public static async Task RunAsync(ConformanceSession session, TrialResult whole)
    {
        using (var source = new CancellationTokenSource())
        {
            await source.CancelAsync().ConfigureAwait(false);
            var result = await session.RunAsync(new TrialInput(ConformanceSamples.Files(session.Options)), source.Token).ConfigureAwait(false);
            Judge(session, "before it starts", result, writtenBefore: 0, most: 0);
        }

        await CancelWritingAsync(session, 0).ConfigureAwait(false);
        await CancelWritingAsync(session, whole.Written / 2).ConfigureAwait(false);
        await CancelReadingAsync(session).ConfigureAwait(false);
    }

    private static async Task CancelWritingAsync(ConformanceSession session, long after)
    {
        using var source = new CancellationTokenSource();
        var gate = new Lock();
        long? writtenBefore = null;
        var hooks = new ArtifactHooks
        {
            BeforeWrite = (written, count) =>
            {
                lock (gate)
                {
                    if (writtenBefore is null && written + count > after)
                    {
                        writtenBefore = written + count;
                        source.Cancel();
                    }
                }
            },
        };
        var result = await session.RunAsync(new TrialInput(ConformanceSamples.Files(session.Options)) { Hooks = hooks }, source.Token).ConfigureAwait(false);
        if (writtenBefore is { } before)
        {
            Judge(session, $"while it writes, after {before} bytes", result, before, MaxWrittenAfterwards);
        }
    }

    private static async Task CancelReadingAsync(ConformanceSession session)
    {
        const long half = 1024 * 1024;
        using var source = new CancellationTokenSource();
        long read = 0;
        long written = 0;
        long? writtenBefore = null;
        var gate = new Lock();
        var sample = ConformanceSamples.Files(session.Options, count =>
        {
            lock (gate)
            {
                read += count;
                if (read > half && writtenBefore is null)
                {
                    writtenBefore = Interlocked.Read(ref written);
                    source.Cancel();
                }
            }
        });
        var hooks = new ArtifactHooks { BeforeWrite = (sum, count) => Interlocked.Exchange(ref written, sum + count) };
        var result = await session.RunAsync(new TrialInput(sample) { Hooks = hooks }, source.Token).ConfigureAwait(false);
        if (writtenBefore is { } before)
        {
            Judge(session, "while it reads", result, before, MaxWrittenAfterwards);
        }
    }

    private static void Judge(ConformanceSession session, string when, TrialResult result, long writtenBefore, long most)
    {
        var afterwards = result.Written - writtenBefore;
        if (result.Error is null && (afterwards > 0 || most == 0))
        {
            session.Report(ConformanceRule.Cancellation, "", $"Cancelled {when}, it went on to the end.");
        }
        else if (result.Error is not (null or OperationCanceledException))
        {
            session.Report(ConformanceRule.Cancellation, "", $"Cancelled {when}, it threw {result.Error.GetType().Name}: {result.Error.Message}");
        }
        else if (afterwards > most)
        {
            session.Report(ConformanceRule.Cancellation, "", $"Cancelled {when}, it wrote another {afterwards} bytes; at most {most} are expected.");
        }
    }
}

namespace ReproBuild.Conformance;

/// <summary>Cancels a format before it starts, while it writes, and while it reads.</summary>
internal static class CancellationCheck
{
    /// <summary>How many bytes may still be written from buffers after the token is cancelled.</summary>
    private const long MaxWrittenAfterwards = 1024 * 1024;

    /// <summary>How many bytes may still be read into buffers after the token is cancelled.</summary>
    private const long MaxReadAfterwards = 1024 * 1024;

    /// <summary>How much content there is to read: going on from its middle to its end is more than is allowed.</summary>
    private const long ContentToRead = 4 * MaxReadAfterwards;

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

        // At the start of the content, in its middle, and once more when it is read again, as for a digest of it.
        await CancelReadingAsync(session, 0).ConfigureAwait(false);
        await CancelReadingAsync(session, ContentToRead / 2).ConfigureAwait(false);
        await CancelReadingAsync(session, ContentToRead + (ContentToRead / 2)).ConfigureAwait(false);
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
        var input = new TrialInput(ConformanceSamples.Files(session.Options)) { Hooks = hooks };
        var result = await session.RunAsync(input, source.Token).ConfigureAwait(false);
        if (writtenBefore is { } before)
        {
            Judge(session, $"while it writes, after {before} bytes", result, before, MaxWrittenAfterwards);
        }
    }

    private static async Task CancelReadingAsync(ConformanceSession session, long after)
    {
        using var source = new CancellationTokenSource();
        var gate = new Lock();
        long read = 0;
        long written = 0;
        (long Read, long Written)? before = null;
        var sample = ConformanceSamples.Large(session.Options with { LargeContentSize = ContentToRead }, count =>
        {
            lock (gate)
            {
                read += count;
                if (read > after && before is null)
                {
                    before = (read, Interlocked.Read(ref written));
                    source.Cancel();
                }
            }
        });
        var hooks = new ArtifactHooks { BeforeWrite = (sum, count) => Interlocked.Exchange(ref written, sum + count) };
        var result = await session.RunAsync(new TrialInput(sample) { Hooks = hooks }, source.Token).ConfigureAwait(false);
        if (before is { } at)
        {
            var when = $"while it reads, after {at.Read} bytes";
            Judge(session, when, result, at.Written, MaxWrittenAfterwards);
            if (read - at.Read > MaxReadAfterwards)
            {
                session.Report(
                    ConformanceRule.Cancellation, "",
                    $"Cancelled {when}, it read another {read - at.Read} bytes; at most {MaxReadAfterwards} are expected.");
            }
        }
    }

    private static void Judge(ConformanceSession session, string when, TrialResult result, long writtenBefore, long most)
    {
        var afterwards = result.Written - writtenBefore;
        if (result.Error is null && (afterwards > 0 || most == 0))
        {
            session.Report(ConformanceRule.Cancellation, "", $"Cancelled {when}, it ran to the end.");
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

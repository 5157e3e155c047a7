namespace ReproBuild.Conformance;

/// <summary>Makes writing, closing and reading fail, and expects the format to report it.</summary>
internal static class FailureCheck
{
    public static async Task RunAsync(ConformanceSession session, TrialResult whole)
    {
        var sample = ConformanceSamples.Files(session.Options);
        await FailWritingAsync(session, sample, 0, "the first write failed").ConfigureAwait(false);
        await FailWritingAsync(session, sample, whole.Written / 2, "a write in the middle failed").ConfigureAwait(false);

        var closing = new Fault();
        var hooks = new ArtifactHooks { BeforeDispose = closing.Raise };
        await ExpectAsync(session, sample, hooks, closing, "closing an artifact failed").ConfigureAwait(false);
        var reading = new Fault();
        var unreadable = ConformanceSamples.Files(session.Options, _ => reading.Raise());
        await ExpectAsync(session, unreadable, new ArtifactHooks(), reading, "reading a file failed").ConfigureAwait(false);
    }

    private static Task FailWritingAsync(ConformanceSession session, ConformanceSample sample, long after, string what)
    {
        var fault = new Fault();
        var hooks = new ArtifactHooks
        {
            BeforeWrite = (written, count) =>
            {
                if (written + count > after)
                {
                    fault.Raise();
                }
            },
        };
        return ExpectAsync(session, sample, hooks, fault, what);
    }

    private static async Task ExpectAsync(ConformanceSession session, ConformanceSample sample, ArtifactHooks hooks, Fault fault, string what)
    {
        var result = await session.RunAsync(new TrialInput(sample) { Hooks = hooks }).ConfigureAwait(false);
        if (fault.WasRaised)
        {
            Judge(session, result, what);
        }
    }

    private static void Judge(ConformanceSession session, TrialResult result, string what)
    {
        if (result.Error is null)
        {
            session.Report(ConformanceRule.Failure, "", $"It succeeded although {what}.");
        }
        else if (!IsCausedByFault(result.Error))
        {
            session.Report(ConformanceRule.Failure, "",
                $"When {what}, it threw {result.Error.GetType().Name} without that as the cause: {result.Error.Message}");
        }
    }

    private static bool IsCausedByFault(Exception? error) => error switch
    {
        null => false,
        ProvokedException => true,
        AggregateException many => many.InnerExceptions.Any(IsCausedByFault),
        _ => IsCausedByFault(error.InnerException),
    };

    private sealed class Fault
    {
        private volatile bool _wasRaised;

        public bool WasRaised => _wasRaised;

        public void Raise()
        {
            _wasRaised = true;
            throw new ProvokedException();
        }
    }

    private sealed class ProvokedException() : IOException("The conformance check provoked this failure.");
}

using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Cancelling;

/// <summary>Cancels an operation at each of its awaits in turn; in a short run, at a few of them.</summary>
public static class EveryAwait
{
    /// <summary>Set to 1, every await is tried; of an operation with very many, which are those of loops, as many spread evenly.</summary>
    public const string Variable = "REPROBUILD_EVERY_AWAIT";

    private const int Most = 1000;

    /// <summary>About how many operations share the time of a long run.</summary>
    private const int Operations = 20;

    // A guard against hanging, far above what any operation may take; it says nothing about speed.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    /// <summary>A point that no operation reaches: the whole of it runs, and its awaits are counted.</summary>
    private const int Never = int.MaxValue;

    /// <summary>Runs the operation, and looks at what it has left behind.</summary>
    /// <param name="operation">The operation, which begins anew each time.</param>
    /// <param name="points">How many awaits a short run tries.</param>
    /// <param name="check">Looks, given the point; throws when something is not right.</param>
    /// <returns>How many points were tried, and at how many of them it was cancelled.</returns>
    public static async Task<(int Tried, int Cancelled)> CancelAsync(
        Func<CancellationPoint, CancellationToken, Task> operation, int points, Func<CancellationPoint, Task> check)
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            lock (unobserved)
            {
                unobserved.Add(args.Exception);
            }
        }

        Collect();
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            var whole = await CancellationPoint.RunAsync(Never, operation, Hang);
            await check(whole);
            var step = Math.Max(1, whole.Count / (Environment.GetEnvironmentVariable(Variable) == "1" ? Most : points));
            var (tried, cancelled, isOver) = (0, 0, LongRun.Part(Operations));
            for (var (at, isReached) = (1, true); isReached && !isOver(); at += step)
            {
                LongRun.Tally("cancellations, each at another await", "it ends, nothing is left, and the next build is right", 1);
                var point = await CancellationPoint.RunAsync(at, operation, Hang);
                isReached = point.IsReached;
                (tried, cancelled) = (tried + (isReached ? 1 : 0), cancelled + (point.IsCancelled ? 1 : 0));
                await check(point);
            }

            Collect();
            lock (unobserved)
            {
                return unobserved.Count == 0 ? (tried, cancelled) : throw new AggregateException("Nobody looked at these errors.", unobserved);
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    /// <summary>A task whose error nobody looked at tells when it is finalized.</summary>
    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

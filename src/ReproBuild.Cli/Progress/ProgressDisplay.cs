using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace ReproBuild.Cli;

/// <summary>Shows on standard error how a build goes on.</summary>
internal abstract class ProgressDisplay(ConsoleLogger logger)
{
    /// <summary>Where the build logs.</summary>
    public ILogger Logger => logger;

    /// <summary>Bars on a terminal, lines elsewhere and beside a log, nothing when quiet.</summary>
    /// <param name="verbosity">How much to write.</param>
    /// <param name="translate">Gives a logged message the words of the command line.</param>
    public static ProgressDisplay Create(Verbosity verbosity, Func<string, string> translate)
    {
        if (verbosity == Verbosity.Normal && !Console.IsErrorRedirected)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return new BarDisplay(console, new ConsoleLogger(console.WriteLine, translate, verbosity));
        }

        var logger = new ConsoleLogger(Console.Error.WriteLine, translate, verbosity);
        return verbosity == Verbosity.Quiet ? new SilentDisplay(logger) : new LineDisplay(logger);
    }

    /// <summary>Runs a build and shows its progress.</summary>
    public abstract Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build);

    private sealed class SilentDisplay(ConsoleLogger logger) : ProgressDisplay(logger)
    {
        public override Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build) => build(null);
    }

    /// <summary>Writes a line for each item that is done.</summary>
    private sealed class LineDisplay(ConsoleLogger logger) : ProgressDisplay(logger), IProgress<BuildProgress>
    {
        public override Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build) => build(this);

        public void Report(BuildProgress value)
        {
            if (value.IsFinished)
            {
                var what = value.Phase == BuildPhase.Write ? " read" : "";
                var size = value.Completed > 0 ? $" ({ProgressText.Bytes(value.Completed)}{what})" : "";
                Console.Error.WriteLine(ProgressText.Name(value) + size);
            }
        }
    }
}

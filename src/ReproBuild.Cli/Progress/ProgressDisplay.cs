using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace ReproBuild.Cli;

/// <summary>Shows on standard error how a build goes on.</summary>
internal abstract class ProgressDisplay(ConsoleLogger logger)
{
    /// <summary>Where the build logs.</summary>
    public ILogger Logger => logger;

    /// <summary>Bars on a terminal, lines elsewhere and beside a log, nothing when quiet.</summary>
    public static ProgressDisplay Create(Verbosity verbosity)
    {
        if (verbosity == Verbosity.Normal && !Console.IsErrorRedirected)
        {
            return new BarDisplay(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
        }

        var logger = new ConsoleLogger(Console.Error.WriteLine, verbosity);
        return verbosity == Verbosity.Quiet ? new SilentDisplay(logger) : new LineDisplay(logger);
    }

    /// <summary>Runs a build and shows its progress.</summary>
    public abstract Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build);
}

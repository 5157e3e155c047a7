using Microsoft.Extensions.Logging;

namespace ReproBuild.Cli;

/// <summary>How much is written to standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Progress, warnings and errors.</summary>
    Normal,

    /// <summary>Everything that is logged, and stack traces.</summary>
    Verbose,
}

/// <summary>Writes what a build logs, a line each.</summary>
/// <param name="writeLine">Writes a line to standard error, above bars that are being drawn.</param>
/// <param name="translate">Gives a message the words of the command line.</param>
/// <param name="verbosity">How much to write.</param>
internal sealed class ConsoleLogger(Action<string> writeLine, Func<string, string> translate, Verbosity verbosity) : ILogger
{
    private readonly LogLevel _lowest = verbosity switch
    {
        Verbosity.Quiet => LogLevel.Error,
        Verbosity.Verbose => LogLevel.Debug,
        _ => LogLevel.Warning,
    };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            writeLine($"{Label(logLevel)}: {TerminalText.Line(translate(formatter(state, exception)))}");
        }
    }

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "log",
    };
}

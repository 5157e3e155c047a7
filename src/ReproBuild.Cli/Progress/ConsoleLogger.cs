using Microsoft.Extensions.Logging;

namespace ReproBuild.Cli;

/// <summary>Writes what a build logs, a line each.</summary>
/// <param name="writeLine">Writes a line to standard error, above bars that are being drawn.</param>
/// <param name="verbosity">How much to write.</param>
internal sealed class ConsoleLogger(Action<string> writeLine, Verbosity verbosity) : ILogger
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
            writeLine($"{Label(logLevel)}: {formatter(state, exception)}");
        }
    }

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "log",
    };
}

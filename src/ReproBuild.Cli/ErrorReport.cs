namespace ReproBuild.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int BuildFailed = 1;
    public const int BadUsage = 2;

    /// <summary>As a shell reports a process that SIGINT ended: 128 and the number of the signal.</summary>
    public const int Interrupted = 130;

    /// <summary>As a shell reports a process that SIGTERM ended.</summary>
    public const int Terminated = 143;
}

/// <summary>Writes errors to standard error, a line each.</summary>
internal static class ErrorReport
{
    public static void Write(string message) => Console.Error.WriteLine("error: " + TerminalText.Line(message));

    /// <param name="error">What ended the build; its messages name options as the library does.</param>
    /// <param name="withStackTrace">Whether the developer's view follows.</param>
    public static void Write(Exception error, bool withStackTrace)
    {
        foreach (var message in Messages(error))
        {
            Write(LibraryMessage.Translate(message));
        }

        if (withStackTrace)
        {
            foreach (var line in error.ToString().Split('\n'))
            {
                Console.Error.WriteLine(TerminalText.Line(line));
            }
        }
    }

    private static IEnumerable<string> Messages(Exception error) => error switch
    {
        ConfigurationException configuration => configuration.Problems.Select(static p => p.ToString()),
        AggregateException several => several.Flatten().InnerExceptions.SelectMany(Messages),
        ReproBuildException or ArgumentException or IOException or UnauthorizedAccessException => [error.Message],
        _ => [$"{error.GetType().Name}: {error.Message} This is a fault of ReproBuild; -v shows where."],
    };
}

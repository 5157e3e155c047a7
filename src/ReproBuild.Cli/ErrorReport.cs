namespace ReproBuild.Cli;

/// <summary>Writes errors to standard error, a line each.</summary>
internal static class ErrorReport
{
    public static void Write(string message) => Console.Error.WriteLine("error: " + string.Join(' ', message.Split('\n', '\r')));

    /// <param name="error">What ended the build.</param>
    /// <param name="withStackTrace">Whether the developer's view follows.</param>
    public static void Write(Exception error, bool withStackTrace)
    {
        foreach (var message in Messages(error))
        {
            Write(message);
        }

        if (withStackTrace)
        {
            Console.Error.WriteLine(error);
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

using System.Diagnostics;
using System.Globalization;

namespace ReproBuild.Testing.Crashes;

/// <summary>How much a test tries: little by itself, much when <c>eng/soak/all.cs</c> says so, by environment variables.</summary>
public static class LongRun
{
    private static readonly Stopwatch Watch = Stopwatch.StartNew();

    /// <summary>The number that an environment variable gives, or the usual one.</summary>
    public static int Count(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;

    /// <summary>Whether the time is over that <c>REPROBUILD_SOAK_MINUTES</c> gives this process; what is left is not tried then.</summary>
    public static bool IsOver =>
        double.TryParse(Environment.GetEnvironmentVariable("REPROBUILD_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes)
        && Watch.Elapsed.TotalMinutes > minutes;

    /// <summary>Says what was tried, and what was found: a line in the file that <c>REPROBUILD_SOAK_RESULT</c> names.</summary>
    public static void Report(string figures)
    {
        if (Environment.GetEnvironmentVariable("REPROBUILD_SOAK_RESULT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, figures + '\n');
        }
    }
}

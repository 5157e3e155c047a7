using System.Diagnostics;
using System.Globalization;

namespace ReproBuild.Testing.Tools;

/// <summary>How much a test tries: little by itself, much when <c>eng/soak/all.cs</c> says so, by environment variables.</summary>
public static class LongRun
{
    private static readonly Dictionary<(string What, string Found), int> Tallies = [];

    /// <summary>The number that an environment variable gives, or the usual one.</summary>
    public static int Count(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;

    /// <summary>Numbers from 1 to <paramref name="last"/>, all of them or about as many as are asked for, in an order that a run cut short has tried all parts of.</summary>
    public static int[] Sample(int last, int count)
    {
        var step = Math.Max(1, last / count);
        int[] numbers = [.. Enumerable.Range(0, (last + step - 1) / step).Select(n => 1 + (n * step))];
        new Random(1).Shuffle(numbers);
        return numbers;
    }

    /// <summary>
    /// Tells whether the time of a test is over: its part of that which <c>REPROBUILD_SOAK_MINUTES</c> gives the process, from now on. What is left is
    /// not tried then, but something always is.
    /// </summary>
    /// <param name="parts">How many tests of the process share its time.</param>
    public static Func<bool> Part(int parts = 1)
    {
        if (!double.TryParse(Environment.GetEnvironmentVariable("REPROBUILD_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes))
        {
            return static () => false;
        }

        var (watch, asked) = (Stopwatch.StartNew(), false);
        return () =>
        {
            var isFirst = !asked;
            asked = true;
            return !isFirst && watch.Elapsed.TotalMinutes > minutes / parts;
        };
    }

    /// <summary>Says what was tried, and what was found: a line in the file that <c>REPROBUILD_SOAK_RESULT</c> names.</summary>
    public static void Report(string figures)
    {
        if (Environment.GetEnvironmentVariable("REPROBUILD_SOAK_RESULT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, figures + '\n');
        }
    }

    /// <summary>Counts what several tests of this process try in the same way; the sum is one report, when the process ends.</summary>
    /// <param name="what">What was tried.</param>
    /// <param name="found">What was found.</param>
    /// <param name="count">How often.</param>
    public static void Tally(string what, string found, int count)
    {
        lock (Tallies)
        {
            if (Tallies.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => ReportTallies();
            }

            Tallies[(what, found)] = Tallies.GetValueOrDefault((what, found)) + count;
        }
    }

    private static void ReportTallies()
    {
        foreach (var ((what, found), count) in Tallies)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what} | {found}"));
        }
    }
}

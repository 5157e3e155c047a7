using System.Diagnostics;
using System.Globalization;

namespace ReproBuild.Builds;

/// <summary>What a whole process took, with its children: seconds, bytes of memory at the most, bytes written.</summary>
internal sealed record Measurement(double Wall, double Processor, long Memory, long Written)
{
    /// <summary>The median of each.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> runs) => new(
        Middle(runs.Select(static run => run.Wall)),
        Middle(runs.Select(static run => run.Processor)),
        (long)Middle(runs.Select(static run => (double)run.Memory)),
        (long)Middle(runs.Select(static run => (double)run.Written)));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>One of those that are measured against each other.</summary>
/// <param name="Name">As tables name it.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Written">The bytes that a run has written, asked after it.</param>
/// <param name="Prepare">What has to be so before each run, made without being measured.</param>
/// <param name="Input">The file that is its standard input, or none.</param>
/// <param name="Output">The file that its standard output goes to, or none.</param>
internal sealed record Contender(string Name, string[] Command, Func<long> Written, Action? Prepare = null, string? Input = null, string? Output = null);

/// <summary>Runs contenders and measures them.</summary>
internal static class Stopwatches
{
    /// <summary>Lets contenders take turns, and returns their medians.</summary>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<Contender> contenders, int runs)
    {
        var measurements = contenders.Select(static _ => new List<Measurement>()).ToList();
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                measurements[i].Add(Measure(contenders[i]));
                var m = measurements[i][^1];
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {contenders[i].Name}: {m.Wall:0.00} s wall, {m.Processor:0.00} s cpu, {m.Memory / 1e6:0} MB memory, {m.Written:#,0} bytes"));
            }
        }

        return [.. measurements.Select(Measurement.Median)];
    }

    private static Measurement Measure(Contender contender)
    {
        contender.Prepare?.Invoke();

        // What earlier runs wrote goes to the disk now, and not while this one is measured.
        Tool.Run("sync");
        var report = Path.GetTempFileName();
        var redirected = contender.Input is null && contender.Output is null
            ? contender.Command
            : ["sh", "-c", $"exec \"$@\" {Redirection('<', contender.Input)} {Redirection('>', contender.Output)}", "sh", .. contender.Command];
        var watch = Stopwatch.StartNew();
        Tool.Run("/usr/bin/time", ["-o", report, "-f", "%U %S %M", .. redirected]);
        var wall = watch.Elapsed.TotalSeconds;
        var fields = File.ReadLines(report).Last().Split(' ').Select(static field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        File.Delete(report);
        return new Measurement(wall, fields[0] + fields[1], (long)fields[2] * 1024, contender.Written());
    }

    private static string Redirection(char sign, string? file) => file is null ? "" : $"{sign} '{file}'";
}

#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Tries to break ReproBuild for an hour, and prints the table of docs/reliability.md: what is tried, how, and what was found. Each row is a test
// that ./test runs with smaller numbers. A row that has used its share of the time ends with what it has tried until then; what a row leaves of its
// share is for those after it.
// Build the tests first, and run it in the root of the repository: dotnet run eng/soak/all.cs [MINUTES [WORD]]
// With a word only the rows whose command has it are run.
using System.Diagnostics;
using System.Globalization;

var minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 60;
Row[] all =
[
    new(6, "Cli", ["PowerCutTests"], "REPROBUILD_POWER_CUTS=200"),
    new(10, "Cli", ["KillTests"], "REPROBUILD_KILLS=200"),
    new(5, "Cli", ["CrowdTests"], "REPROBUILD_CROWDS=6"),
    new(14, "Cli", ["FullDiskTests"], "REPROBUILD_FULL_DISKS=10000"),
    new(8, "Registry", ["FaultScheduleTests"], "REPROBUILD_FAULT_SCHEDULES=1000"),
    new(4, "Core", ["HostileScaleTests"], "REPROBUILD_HOSTILE_SCALE=100"),
    new(3, "Core", ["OverlayTests", "RandomArchiveTests", "RandomWriteTests"], "REPROBUILD_RANDOM_CASES=10000"),
    new(8, "Outputs", ["RandomTreeTests", "RandomDiskTests"], "REPROBUILD_RANDOM_CASES=10000"),
    new(4, "Build", ["BuildCancellationTests", "FormatCancellationTests"], "REPROBUILD_EVERY_AWAIT=1"),
    new(18, "Registry", ["CacheDamageTests"], "REPROBUILD_EVERY_BIT=1"),
];
var rows = all.Where(row => args.Length < 2 || row.Command.Contains(args[1], StringComparison.Ordinal)).ToList();
var watch = Stopwatch.StartNew();
Console.WriteLine("| what is tried | command | result |\n| --- | --- | --- |");
var failed = 0;
for (var i = 0; i < rows.Count; i++)
{
    var left = Math.Max(0, minutes - watch.Elapsed.TotalMinutes);
    failed += await RunAsync(rows[i], left * rows[i].Share / rows.Skip(i).Sum(static row => row.Share)) ? 0 : 1;
}

return failed == 0 ? 0 : 1;

static async Task<bool> RunAsync(Row row, double minutes)
{
    var result = Path.GetTempFileName();
    var start = new ProcessStartInfo("dotnet", [row.Program, .. row.Filters]) { RedirectStandardOutput = true };
    var variable = row.Variable.Split('=');
    start.Environment[variable[0]] = variable[1];
    start.Environment["REPROBUILD_SOAK_RESULT"] = result;
    start.Environment["REPROBUILD_SOAK_MINUTES"] = minutes.ToString(CultureInfo.InvariantCulture);
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEndAsync();

    // What hangs is a failure too.
    using var limit = new CancellationTokenSource(TimeSpan.FromMinutes((3 * minutes) + 5));
    try
    {
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
    }
    catch (OperationCanceledException)
    {
        process.Kill(entireProcessTree: true);
    }

    foreach (var line in await File.ReadAllLinesAsync(result).ConfigureAwait(false))
    {
        var (what, found) = (line.Split(" | ")[0], line.Split(" | ")[1]);
        Console.WriteLine($"| {what} | `{row.Command}` | {found} |");
    }

    File.Delete(result);
    var text = await output.ConfigureAwait(false);
    if (process.ExitCode != 0)
    {
        Console.WriteLine($"| {string.Join(", ", row.Classes)} | `{row.Command}` | **failed** |");
        Console.Error.WriteLine(text);
    }

    return process.ExitCode == 0;
}

/// <summary>Test classes that take a part of the time, and the variable that makes them a long run.</summary>
internal sealed record Row(double Share, string Project, string[] Classes, string Variable)
{
    public string Program => $"tests/ReproBuild.{Project}.Tests/bin/Debug/net10.0/ReproBuild.{Project}.Tests.dll";

    public IEnumerable<string> Filters => Classes.SelectMany(static name => new[] { "--filter-class", "*." + name });

    public string Command => $"{Variable} dotnet ReproBuild.{Project}.Tests.dll {string.Join(' ', Classes)}";
}

#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Runs every random property on many cases, and cancels builds and formats at every await: rows of docs/reliability.md. Build tests/ReproBuild.Core.Tests,
// ReproBuild.Outputs.Tests and ReproBuild.Build.Tests first; run it in the directory of the clone: dotnet run eng/soak/random.cs [CASES] [NUMBER OF THE FIRST]
using System.Diagnostics;

var cases = args.Length > 0 ? args[0] : "10000";
var first = args.Length > 1 ? args[1] : "0";
(string Project, string[] Classes)[] runs =
[
    ("ReproBuild.Core.Tests", ["*.OverlayTests", "*.RandomArchiveTests", "*.RandomWriteTests"]),
    ("ReproBuild.Outputs.Tests", ["*.RandomTreeTests", "*.RandomDiskTests"]),
    ("ReproBuild.Build.Tests", ["*.BuildCancellationTests", "*.FormatCancellationTests"]),
];
var failed = 0;
foreach (var (project, classes) in runs)
{
    string[] filters = [.. classes.SelectMany(static name => new[] { "--filter-class", name })];
    var start = new ProcessStartInfo("dotnet", ["run", "--no-build", "--project", Path.Combine("tests", project), "--", "--output", "detailed", .. filters]);
    start.Environment["REPROBUILD_RANDOM_CASES"] = cases;
    start.Environment["REPROBUILD_RANDOM_FIRST"] = first;
    start.Environment["REPROBUILD_EVERY_AWAIT"] = "1";
    var watch = Stopwatch.StartNew();
    using var process = Process.Start(start)!;
    await process.WaitForExitAsync().ConfigureAwait(false);
    Console.WriteLine($"{project}: {cases} cases of each property from {first} on, {watch.Elapsed.TotalMinutes:F1} minutes, exit code {process.ExitCode}");
    failed |= process.ExitCode;
}

return failed;

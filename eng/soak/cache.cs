#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Flips every single bit of a small cache in turn, builds from it with a registry and without, and says how many were tried: a row of
// docs/reliability.md. Build tests/ReproBuild.Registry.Tests first; give the directory of the clone, or run this there: dotnet run eng/soak/cache.cs [DIRECTORY]
using System.Diagnostics;

var root = args.Length == 0 ? Directory.GetCurrentDirectory() : args[0];
var start = new ProcessStartInfo(
    "dotnet",
    ["run", "--no-build", "--project", Path.Combine(root, "tests", "ReproBuild.Registry.Tests"), "--", "--filter-class", "*.CacheDamageTests"]);
var result = Path.Combine(Path.GetTempPath(), $"reprobuild-soak-cache-{Environment.ProcessId}");
start.Environment["REPROBUILD_EVERY_BIT"] = result;
using var process = Process.Start(start)!;
await process.WaitForExitAsync().ConfigureAwait(false);
if (process.ExitCode == 0)
{
    Console.WriteLine($"{await File.ReadAllTextAsync(result).ConfigureAwait(false)}: all repaired, or refused offline");
    File.Delete(result);
}

return process.ExitCode;

#:project ../../src/ReproBuild.Core/ReproBuild.Core.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Kills builds of the command line as they write and publish their artifacts, and looks what is left: the row of docs/reliability.md.
// Every second kill is aimed at a system call on the output directory, by strace; the others come at any time.
// Run it in the root of the repository: dotnet run eng/soak/publication.cs [KILLS [SEED [REPROBUILD.dll]]]
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ReproBuild;

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
var random = new Random(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1);
string[] names = ["minimal-cmdline", "minimal-initrd.img", "minimal-kernel", "minimal.docker", "minimal.tar"];
string[] calls = ["mkdir", "rename", "fsync", "unlink", "rmdir", "pwrite64", "openat"];
var scratch = Directory.CreateTempSubdirectory("reprobuild-soak-").FullName;
var output = Path.Combine(scratch, "out");
var program = args.Length > 2 ? args[2] : "src/ReproBuild.Cli/bin/Debug/net10.0/reprobuild.dll";
if (args.Length <= 2)
{
    Run("dotnet", ["build", "src/ReproBuild.Cli", "-v", "q", "--nologo"], null);
}

string[] build =
[
    program, "build", "-q", "--cache", Path.Combine(scratch, "cache"), "--oci-layout",
    "tests/ReproBuild.Testing/conformance/layout", "--dir", output, "--no-sbom", "-f", "tar,docker,kernel+initrd",
    "tests/ReproBuild.Testing/conformance/cases/minimal.yml",
];
Run("dotnet", build, null);
var watch = Stopwatch.StartNew();
Run("dotnet", build, null);
var time = watch.Elapsed;
var made = names.ToDictionary(static name => name, name => Hash(Path.Combine(output, name)));

int killed = 0, published = 0, torn = 0, wrongSets = 0, leftovers = 0, otherBytes = 0;
for (var i = 0; killed < kills; i++)
{
    foreach (var name in names)
    {
        File.WriteAllText(Path.Combine(output, name), "old " + name);
    }

    var ended = i % 2 == 0
        ? Run("strace", [.. Strace(calls[random.Next(calls.Length)], random.Next(1, 9)), "dotnet", .. build], null)
        : Run("dotnet", build, time * (0.3 + (random.NextDouble() * 0.8)));
    if (ended)
    {
        continue;
    }

    killed++;
    published += names.Any(name => State(name) == "new") ? 1 : 0;
    torn += names.Count(name => State(name) == "torn");
    await (await new DirectorySink(output).BeginAsync(default)).DisposeAsync();
    wrongSets += names.Select(State).Distinct().Count() == 1 ? 0 : 1;
    leftovers += Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).Except(names).Count();
    Run("dotnet", build, null);
    otherBytes += names.All(name => State(name) == "new") ? 0 : 1;
}

Console.WriteLine(
    $"| {killed} SIGKILLs of builds as they write and publish, {published} of them after the first rename | `dotnet run eng/soak/publication.cs` | "
    + $"{torn} names missing or cut, {wrongSets} mixed sets and {leftovers} leftovers after the next build began, {otherBytes} other bytes |");
Directory.Delete(scratch, recursive: true);
return torn + wrongSets + leftovers + otherBytes == 0 ? 0 : 1;

// Whether the program ended by itself, and well.
static bool Run(string file, string[] arguments, TimeSpan? killAfter)
{
    using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
    process.OutputDataReceived += static (_, _) => { };
    process.BeginOutputReadLine();
    if (killAfter is { } time && !process.WaitForExit(time))
    {
        process.Kill();
    }

    process.WaitForExit();
    return process.ExitCode == 0 ? true
        : killAfter is not null || file == "strace" ? false
        : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
}

string[] Strace(string call, int count)
{
    string[] own = ["", ".reprobuild-0", ".reprobuild-0.lock", ".reprobuild-publish.lock", ".reprobuild-0/journal"];
    var paths = own.Concat(names).Concat(names.Select(static (_, i) => $".reprobuild-0/{i}"));
    return
    [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", $"inject={call}:signal=KILL:when={count}",
        .. paths.SelectMany(path => new[] { "-P", Path.Combine(output, path) }),
    ];
}

string State(string name)
{
    var path = Path.Combine(output, name);
    return !File.Exists(path) ? "torn" : Hash(path) == made[name] ? "new" : File.ReadAllText(path) == "old " + name ? "old" : "torn";
}

static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

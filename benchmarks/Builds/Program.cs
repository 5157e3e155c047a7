// Measures whole builds and encoders against other programs, and writes docs/performance.md and docs/performance.svg. As root on Debian, with the
// packages of benchmarks/packages.txt, on a machine that does nothing else:
//   dotnet run -c Release --project benchmarks/Builds [RUNS [WORD [MACHINE]]]
// RUNS is how many runs each figure is the median of, 5 when it is left out. With WORD only the rows of the tables builds, encoders or growth whose
// work has this word are measured, and the tables are printed and written nowhere. MACHINE is a configuration instead of benchmarks/machine.yml,
// of the same images, to try the program with less content; it needs a service named compute.
using System.Globalization;
using System.Runtime.InteropServices;
using ReproBuild.Builds;

var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
var word = args.Length > 1 ? args[1] : "";
var configuration = args.Length > 2 ? args[2] : "benchmarks/machine.yml";
var root = Environment.CurrentDirectory;
if (!File.Exists(Path.Combine(root, "ReproBuild.sln")))
{
    throw new InvalidOperationException("Run this in the root of the repository.");
}

var bench = Workbench.Prepare(root);
using var registry = new LoopbackRegistry(bench.PathOf("registry"));
bench.Fill(registry, configuration);

var builds = new BuildRows(bench);
builds.Prepare();
Write("machine", Machine());
var results = builds.All.Where(row => IsWanted("builds", row.Work)).Select(MeasureRow).ToList();
Write("builds", Report.Builds(results));
if (word.Length == 0)
{
    File.WriteAllText(Path.Combine(root, "docs/performance.svg"), Chart.Draw(results));
}

if (IsWanted("encoders", ""))
{
    var encoders = new EncoderRows(bench);
    encoders.Prepare();
    Write("encoders", Report.Encoders(MeasureRow(encoders.Row), encoders.InputLength));
}

if (IsWanted("growth", ""))
{
    var growth = new GrowthRows(bench);
    growth.Prepare();
    Write("growth", Report.Growth([.. growth.Rows.Select(item => (item.Work, item.Factor, MeasureRow(item.Row).Measurements[0]))]));
}

bool IsWanted(string table, string work) => table.Contains(word, StringComparison.Ordinal) || work.Contains(word, StringComparison.Ordinal);

Result MeasureRow(Row row)
{
    Console.Error.WriteLine(row.Work);
    row.Prepare?.Invoke();
    var measurements = Stopwatches.Measure(row.Contenders, runs);
    return new Result(row, measurements, row.Check?.Invoke() ?? "");
}

void Write(string table, string text)
{
    if (word.Length == 0)
    {
        Report.Replace(Path.Combine(root, "docs/performance.md"), table, text);
    }
    else
    {
        Console.WriteLine(text);
    }
}

string Machine()
{
    var processor = File.ReadLines("/proc/cpuinfo").First(static line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim();
    var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    var system = File.ReadLines("/etc/os-release").First(static line => line.StartsWith("PRETTY_NAME", StringComparison.Ordinal)).Split('"')[1];
    string[] packages = ["squashfs-tools", "erofs-utils", "xorriso", "libdeflate-tools", "pigz", "gzip", "isal", "zstd"];
    var versions = Tool.Run("dpkg-query", ["-W", "-f", "${Package} ${Version}\n", .. packages]).TrimEnd().Replace("\n", ", ", StringComparison.Ordinal);
    var linuxKit = LinuxKit.IsThere ? Tool.Run("linuxkit", "version").Split('\n')[0] : "LinuxKit is quoted";
    var commit = Tool.Run("git", "-C", root, "rev-parse", "--short", "HEAD").Trim();
    return string.Create(CultureInfo.InvariantCulture, $"""
        {Environment.ProcessorCount} processors ({processor}), {memory / 1e6:0} GB of memory, {system}, Linux {Environment.OSVersion.Version},
        {RuntimeInformation.FrameworkDescription}; {DateTime.UtcNow:yyyy-MM-dd}, commit {commit}. Every figure is the median of {runs} runs.
        The tar of the root has {new FileInfo(bench.PathOf("root.tar")).Length:#,0} bytes. Debian's {versions}. {linuxKit}.

        """);
}

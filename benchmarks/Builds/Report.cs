using System.Globalization;
using System.Text;

namespace ReproBuild.Builds;

/// <summary>The tables, in Markdown.</summary>
internal static class Report
{
    /// <summary>Replaces what is between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c> in a document.</summary>
    public static void Replace(string path, string name, string text)
    {
        var document = File.ReadAllText(path);
        var (begin, end) = ($"<!-- begin {name} -->\n", $"<!-- end {name} -->");
        var from = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = document.IndexOf(end, StringComparison.Ordinal);
        if (from < begin.Length || to < from)
        {
            throw new InvalidOperationException($"{path} has no {begin.TrimEnd()} … {end}.");
        }

        File.WriteAllText(path, document[..from] + text + document[to..]);
    }

    public static string Builds(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder("""
            ![Wall time of whole builds](performance.svg)

            | work | LinuxKit | alone | ReproBuild then | ReproBuild now | written | faster than | aim |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var result in results)
        {
            var (row, own) = (result.Row, result.Measurements[0]);
            var peers = row.Contenders.Zip(result.Measurements).Skip(1).ToList();
            var linuxKit = peers.Where(static peer => peer.First.Name == "LinuxKit").Select(static peer => Figures(peer.Second)).FirstOrDefault();
            var alone = peers.Where(static peer => peer.First.Name != "LinuxKit")
                .Select(static peer => $"{peer.First.Name}: {Figures(peer.Second)}, {Megabytes(peer.Second.Written)}").FirstOrDefault();
            text.Append(CultureInfo.InvariantCulture, $"| {row.Work} | {linuxKit ?? Quoted(row.LinuxKit, "quoted: ")} | {alone ?? "-"} | {Quoted(row.Before, "")} ")
                .Append(CultureInfo.InvariantCulture, $"| {Figures(own)} | {Megabytes(own.Written)} | {Ratios(result)} ")
                .Append(CultureInfo.InvariantCulture, $"| {Aim(row.Aim, own.Wall)}")
                .Append(result.Remark.Length > 0 ? $"; {result.Remark} |\n" : " |\n");
        }

        return text.ToString();
    }

    public static string Encoders(Result result, long length)
    {
        var text = new StringBuilder("| encoder | processor | wall | MB/s a core | memory | bytes | aim |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        var byName = result.Row.Contenders.Zip(result.Measurements).ToDictionary(static pair => pair.First.Name, static pair => pair.Second);
        foreach (var (contender, m) in result.Row.Contenders.Zip(result.Measurements))
        {
            var aim = "";
            if (EncoderRows.Aims.TryGetValue(contender.Name, out var wanted) && byName.TryGetValue(wanted.Peer, out var peer))
            {
                var (time, size) = (m.Processor / peer.Processor, (double)m.Written / peer.Written);
                aim = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{time:0.00}x the time of `{wanted.Peer}` ({Mark(time <= wanted.Time)}{wanted.Time:0.00}), "
                    + $"{size:0.000}x its bytes ({Mark(size <= wanted.Size)}{wanted.Size:0.00})");
            }

            text.Append(CultureInfo.InvariantCulture, $"| {Name(contender.Name)} | {m.Processor:0.00} s | {m.Wall:0.00} s | {length / 1e6 / m.Processor:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {Megabytes(m.Memory)} | {m.Written:#,0} | {aim} |\n");
        }

        return text.ToString();
    }

    public static string Growth(IReadOnlyList<(string Work, int Factor, Measurement Measured)> results)
    {
        var text = new StringBuilder("| work | content | wall | processor | memory | wall for each 128 MB |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var (work, factor, m) in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {work} | {factor}x | {Seconds(m.Wall)} | {Seconds(m.Processor)} ")
                .Append(CultureInfo.InvariantCulture, $"| {Megabytes(m.Memory)} | {Seconds(m.Wall / factor)} |\n");
        }

        return text.ToString();
    }

    /// <summary>Two digits that mean something.</summary>
    public static string Seconds(double seconds) => seconds.ToString(seconds < 1 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " s";

    private static string Name(string contender) => contender.StartsWith("ReproBuild", StringComparison.Ordinal) ? contender : $"`{contender}`";

    private static string Mark(bool reached) => reached ? "aim reached: " : "aim missed: ";

    private static string Aim(double? aim, double wall) => aim is not { } seconds ? "-" : $"{Seconds(seconds)}: {(wall <= seconds ? "reached" : "**missed**")}";

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString(bytes < 1_000_000 ? "0.000" : "#,0", CultureInfo.InvariantCulture) + " MB";

    private static string Figures(Measurement m) => $"{Seconds(m.Wall)} wall, {Seconds(m.Processor)} cpu, {Megabytes(m.Memory)}";

    private static string Quoted(Quote? quote, string prefix) =>
        quote is null ? "-" : prefix + Seconds(quote.Wall) + (quote.Memory > 0 ? $", {Megabytes(quote.Memory * 1_000_000L)}" : "");

    private static string Ratios(Result result)
    {
        var ratios = result.Row.Contenders.Zip(result.Measurements).Skip(1).Select(static peer => (peer.First.Name, peer.Second.Wall)).ToList();
        if (result.Row.LinuxKit is { } linuxKit && ratios.All(static ratio => ratio.Name != "LinuxKit"))
        {
            ratios.Add(("LinuxKit", linuxKit.Wall));
        }

        if (result.Row.Before is { } before)
        {
            ratios.Add(("then", before.Wall));
        }

        return ratios.Count == 0 ? "-" : string.Join(", ", ratios.Select(ratio => string.Create(
            CultureInfo.InvariantCulture, $"{ratio.Name} {ratio.Wall / result.Measurements[0].Wall:0.0}x")));
    }
}

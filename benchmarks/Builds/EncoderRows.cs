namespace ReproBuild.Builds;

/// <summary>The encoders alone, on the first 268 MB of the root file system: <c>eng/compress.cs</c> against other programs.</summary>
internal sealed class EncoderRows(Workbench bench)
{
    private const int Length = 268_000_000;

    /// <summary>The bytes that are compressed.</summary>
    public long InputLength => new FileInfo(Input).Length;

    private string Input => bench.PathOf("encoder-input");

    private string Output => bench.PathOf("encoder-output");

    /// <summary>One row: they all take turns. What a figure is compared with is told by the table.</summary>
    public Row Row => new("encoders", [
        Own("gzip", 1, "default"),
        Own("gzip", 2, "default"),
        Own("gzip", 1, "fast"),
        Own("gzip", 1, "best"),
        Other("libdeflate-gzip", "-6", "-c"),
        Other("libdeflate-gzip", "-5", "-c"),
        Other("libdeflate-gzip", "-1", "-c"),
        Other("pigz", "-6", "-p2", "-c"),
        Other("gzip", "-6", "-c"),
        Other("igzip", "-3", "-T2", "-c"),
        Own("zstd", 1, "fast"),
        Own("zstd", 2, "fast"),
        Other("zstd", "-3", "-q", "--single-thread", "-c"),
        Other("zstd", "-3", "-q", "-T2", "-c"),
        Other("zstd", "-9", "-q", "-T2", "-c"),
        Own("lz4", 1, "default"),
    ]);

    /// <summary>Whom each of ReproBuild's is compared with, and the aims: at most so many times its processor time and its bytes.</summary>
    public static IReadOnlyDictionary<string, (string Peer, double Time, double Size)> Aims { get; } = new Dictionary<string, (string, double, double)>
    {
        ["ReproBuild gzip default, 1 thread"] = ("libdeflate-gzip -6", 1.25, 1.01),
        ["ReproBuild gzip fast, 1 thread"] = ("libdeflate-gzip -1", 1.25, 1.02),
        ["ReproBuild zstd fast, 1 thread"] = ("zstd -3 --single-thread", 1 / 0.6, 1.03),
    };

    public void Prepare() => Tool.Run("sh", "-c", $"head -c {Length} '{bench.PathOf("root.tar")}' > '{Input}'");

    private Contender Own(string format, int threads, string effort) => Run(
        $"ReproBuild {format}{(format == "lz4" ? "" : $" {effort}")}, {threads} thread{(threads == 1 ? "" : "s")}",
        [bench.Encoders, format, $"{threads}", effort]);

    private Contender Other(params string[] command) => Run(string.Join(' ', command.Where(static word => word is not "-c" and not "-q")), command);

    private Contender Run(string name, string[] command)
    {
        // libdeflate-gzip maps its input, and so takes a file's name.
        var takesName = command[0] == "libdeflate-gzip";
        return new Contender(
            name, takesName ? [.. command, Input] : command, () => new FileInfo(Output).Length, () => File.Delete(Output), takesName ? null : Input, Output);
    }
}

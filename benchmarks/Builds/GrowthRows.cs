namespace ReproBuild.Builds;

/// <summary>Builds of 1, 2, 4 and 8 times the content.</summary>
internal sealed class GrowthRows(Workbench bench)
{
    private static readonly string[] Formats = ["tar", "kernel+initrd", "kernel+squashfs", "kernel+erofs"];
    private static readonly int[] Factors = [1, 2, 4, 8];

    private HashSet<string> _images = [];

    /// <summary>A row for each format and factor. Every row begins with the images in the cache, and nothing that was compressed.</summary>
    public IEnumerable<(string Work, int Factor, Row Row)> Rows =>
        from work in Formats
        from factor in Factors
        select ($"`{work}`", factor, Row(work, factor));

    private string Layout => bench.PathOf("growth");

    private string Cache => bench.PathOf("growth-cache");

    /// <summary>Makes the images and fills the cache with them.</summary>
    public void Prepare()
    {
        GrowthLayout.Write(bench.PathOf("root.tar"), Layout, Factors[^1]);
        Tool.Run("skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", $"oci:{bench.Layout}:kernel", $"oci:{Layout}:kernel");
        foreach (var factor in Factors)
        {
            File.WriteAllText(Configuration(factor), Machine(factor));
        }

        bench.EmptyOutput();
        Remove(Cache);
        var fill = Build("tar", Factors[^1]);
        Tool.Run(fill[0], fill[1..]);
        bench.EmptyOutput();
        _images = Files();
    }

    private static string Machine(int factor) =>
        "kernel:\n  image: 127.0.0.1:5000/benchmark:kernel\n  tar: none\nservices:\n"
        + string.Concat(Enumerable.Range(0, factor).Select(static i => $"  - name: copy-{i}\n    image: growth:copy-{i}\n    command: [/bin/true]\n"));

    private Row Row(string format, int factor) => new($"{format} x{factor}", [
        new Contender("ReproBuild", Build(format, factor), bench.LargestArtifact, () =>
        {
            bench.EmptyOutput();
            foreach (var file in Files().Except(_images).ToList())
            {
                File.Delete(file);
            }
        }),
    ]);

    private string[] Build(string format, int factor)
    {
        var command = bench.Build(Configuration(factor), format, "--oci-layout", Layout);
        command[Array.IndexOf(command, bench.Cache)] = Cache;
        return command;
    }

    private string Configuration(int factor) => bench.PathOf($"growth-{factor}.yml");

    private HashSet<string> Files() => [.. Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories)];

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

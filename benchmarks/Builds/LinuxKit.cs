namespace ReproBuild.Builds;

/// <summary>LinuxKit's own command line, where it is on PATH.</summary>
internal static class LinuxKit
{
    public static bool IsThere => Tool.Exists("linuxkit");

    /// <summary>A build by it, or nothing where it is not there.</summary>
    public static Contender[] Build(Workbench bench, string configuration, string format, bool isCold = false)
    {
        var (cache, output) = (bench.PathOf("linuxkit-cache"), bench.PathOf("linuxkit-output"));
        return !IsThere ? [] :
        [
            new Contender(
                "LinuxKit",
                ["linuxkit", "build", "--format", format, "--dir", output, "--cache", cache, "--name", "machine", configuration],
                () => new DirectoryInfo(output).EnumerateFiles().Max(static file => file.Length),
                () =>
                {
                    Empty(output);
                    if (isCold)
                    {
                        Empty(cache);
                    }
                }),
        ];
    }

    private static void Empty(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory);
    }
}

namespace ReproBuild.Builds;

/// <summary>Where everything is that is measured or measured with, all below <c>benchmarks/.data</c>.</summary>
internal sealed class Workbench
{
    private static readonly string[] Tags = ["kernel", "init", "busybox", "runc", "containerd", "debian", "nginx", "redis", "redis-changed", "python"];

    private Workbench(string root) => Root = root;

    /// <summary>The repository.</summary>
    public string Root { get; }

    public string Layout => PathOf("layout");

    public string Cache => PathOf("cache");

    public string Output => PathOf("output");

    /// <summary>The root file system unpacked, for programs that read a directory.</summary>
    public string Tree => PathOf("tree");

    /// <summary>The configuration, and that in which one service has another image.</summary>
    public string Machine => PathOf("machine.yml");

    public string ChangedMachine => PathOf("machine-changed.yml");

    /// <summary>The command line as a native program, and as one for .NET's runtime.</summary>
    public string Native => PathOf("native/reprobuild");

    public string Managed => PathOf("managed/reprobuild.dll");

    /// <summary>The encoders alone, <c>eng/compress.cs</c>.</summary>
    public string Encoders => PathOf("compress/compress");

    /// <summary>Makes the images, the programs and the directory; what is up to date stays.</summary>
    public static Workbench Prepare(string root)
    {
        var bench = new Workbench(root);
        Say("the images");
        Tool.Run(Path.Combine(root, "benchmarks/images.sh"));
        Say("the programs");
        bench.Publish(bench.Native, "src/ReproBuild.Cli", "-r", "linux-x64", "-p:PublishAot=true");
        bench.Publish(bench.Managed, "src/ReproBuild.Cli");
        bench.Publish(bench.Encoders, "eng/compress.cs", "-r", "linux-x64", "-p:PublishAot=true");
        return bench;
    }

    public string PathOf(string name) => Path.Combine(Root, "benchmarks/.data", name);

    /// <summary>Fills a registry, and writes the configurations that name it.</summary>
    public void Fill(LoopbackRegistry registry, string configuration)
    {
        Say("the registry");
        registry.Push(Layout, Tags);
        var machine = File.ReadAllText(Path.Combine(Root, configuration)).Replace("127.0.0.1:5000", registry.Host, StringComparison.Ordinal);
        File.WriteAllText(Machine, machine);
        File.WriteAllText(ChangedMachine, machine.Replace("benchmark:redis", "benchmark:redis-changed", StringComparison.Ordinal));
    }

    /// <summary>The arguments of a build by the native program, with this cache and output.</summary>
    public string[] Build(string configuration, string format, params string[] options) =>
    [
        Native, "build", "--quiet", "--no-docker-credentials", "--cache", Cache, "--dir", Output, "--name", "machine", "--format", format,
        .. options, configuration,
    ];

    /// <summary>Makes a tree of the tar of a build, for programs that read a directory.</summary>
    public void UnpackTree()
    {
        Remove(Tree);
        Directory.CreateDirectory(Tree);
        Tool.Run("tar", "-xf", PathOf("root.tar"), "-C", Tree, "--numeric-owner", "--xattrs", "--xattrs-include=*");
    }

    public void EmptyOutput() => Remove(Output);

    public void EmptyCache() => Remove(Cache);

    /// <summary>The files of the cache as it is.</summary>
    public HashSet<string> CacheState() => [.. Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories)];

    /// <summary>Takes out of the cache what came after a state of it.</summary>
    public void ReturnCacheTo(HashSet<string> state)
    {
        foreach (var file in Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories).Where(file => !state.Contains(file)).ToList())
        {
            File.Delete(file);
        }
    }

    /// <summary>The size of the largest artifact: the image, and not the kernel beside it.</summary>
    public long LargestArtifact() => Artifacts().Max(static file => file.Length);

    public long AllArtifacts() => Artifacts().Sum(static file => file.Length);

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Say(string what) => Console.Error.WriteLine($"Preparing {what}");

    private IEnumerable<FileInfo> Artifacts() => new DirectoryInfo(Output).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <summary>Publishes a program into the directory of its file, unless it is newer than every source.</summary>
    private void Publish(string program, string project, params string[] options)
    {
        var directory = Path.GetDirectoryName(program)!;
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < NewestSource())
        {
            Remove(directory);
            string[] artifacts = project.EndsWith(".cs", StringComparison.Ordinal) ? [] : ["--artifacts-path", $"{directory}-artifacts"];
            Tool.Run("dotnet", ["publish", Path.Combine(Root, project), "-c", "Release", "-o", directory, .. artifacts, .. options]);
            File.SetLastWriteTimeUtc(program, DateTime.UtcNow);
        }
    }

    private DateTime NewestSource() => new DirectoryInfo(Path.Combine(Root, "src")).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(static file => !file.FullName.Contains("/obj/", StringComparison.Ordinal) && !file.FullName.Contains("/bin/", StringComparison.Ordinal))
        .Append(new FileInfo(Path.Combine(Root, "eng/compress.cs")))
        .Max(static file => file.LastWriteTimeUtc);
}

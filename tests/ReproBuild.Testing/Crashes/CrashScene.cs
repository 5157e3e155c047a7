using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Crashes;

/// <summary>A small build from a registry, that a test interrupts in directories of its own, and what it must leave.</summary>
public sealed class CrashScene : IAsyncDisposable
{
    /// <summary>How many blobs the images have, besides their manifests.</summary>
    public const int BlobCount = 5;

    /// <summary>How the problem of a damaged file of the cache ends.</summary>
    public const string Damaged = "is not what its name says";

    private const string RegistryName = "registry.test";
    private const int ImageCount = 2;
    private const string Old = "an artifact of an earlier build";

    private readonly TemporaryDirectory _directory = new("crash");
    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);
    private ScriptedServer _server = null!;
    private int _trials;

    private CrashScene()
    {
    }

    /// <summary>The files of the build.</summary>
    public static IReadOnlyList<string> Names { get; } = ["machine-cmdline", "machine-initrd.img", "machine-kernel", "machine.tar"];

    private string Configuration => Path.Combine(Directory, "machine.yml");

    /// <summary>How long the registry waits in the middle of each blob.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>A directory for what belongs to no trial.</summary>
    public string Directory => _directory.FullName;

    /// <summary>What the registry was asked for, in order.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => _server.Requests;

    /// <summary>Starts the registry, and builds once to learn the right bytes.</summary>
    public static async Task<CrashScene> CreateAsync(CancellationToken cancellationToken)
    {
        var scene = new CrashScene();
        var images = await CrashImages.CreateAsync();
        scene._server = await ScriptedServer.StartAsync(context => images.AnswerAsync(context, scene.Pause));
        await File.WriteAllTextAsync(scene.Configuration, $"""
            kernel:
              image: {RegistryName}/test/kernel:1
              cmdline: console=ttyS0
            init:
              - {RegistryName}/test/system:1
            """, cancellationToken);
        var first = scene.NewTrial();
        await scene.BuildAsync(first, cancellationToken);
        foreach (var name in Names)
        {
            scene._made.Add(name, Hash(Path.Combine(first, "out", name)));
        }

        return scene;
    }

    /// <summary>A directory for one trial: <c>cache</c>, <c>out</c> and <c>scratch</c> are in it.</summary>
    public string NewTrial()
    {
        var trial = Path.Combine(Directory, $"trial{Interlocked.Increment(ref _trials)}");
        System.IO.Directory.CreateDirectory(Path.Combine(trial, "scratch"));
        return trial;
    }

    /// <summary>Puts files of an earlier build in the place of those that the build makes.</summary>
    public static void PutOld(string trial)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(trial, "out"));
        foreach (var name in Names)
        {
            File.WriteAllText(Path.Combine(trial, "out", name), Old);
        }
    }

    /// <summary>Builds in this process.</summary>
    /// <param name="trial">The directory of the trial.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <param name="cache">The cache, if it is not the trial's own.</param>
    public async Task BuildAsync(string trial, CancellationToken cancellationToken, string? cache = null)
    {
        using var images = new RegistryImageSource(new RegistryOptions
        {
            CacheDirectory = cache ?? Path.Combine(trial, "cache"),
            Mirrors = [new RegistryMirror(RegistryName, _server.Url)],
            UseDockerCredentials = false,
        });
        var options = new BuildOptions
        {
            Name = "machine", Formats = ["tar", "kernel+initrd"], Sbom = false, ScratchDirectory = Path.Combine(trial, "scratch"),
        };
        var config = await LinuxKitConfig.LoadAsync([Configuration], cancellationToken: cancellationToken);
        await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(
            config, options, new DirectorySink(Path.Combine(trial, "out")), progress: null, cancellationToken);
    }

    /// <summary>The command line of the same build, after <c>dotnet</c>.</summary>
    public string[] Arguments(string trial, string? cache = null) =>
    [
        RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "-q", "--no-docker-credentials", "--mirror", $"{RegistryName}={_server.Url}",
        "--cache", cache ?? Path.Combine(trial, "cache"), "--dir", Path.Combine(trial, "out"), "--scratch", Path.Combine(trial, "scratch"),
        "--no-sbom", "-f", "tar,kernel+initrd", Configuration,
    ];

    /// <summary>The artifacts that are neither whole and right nor those of an earlier build.</summary>
    public List<string> FindTorn(string trial) =>
    [
        .. Names.Select(name => Path.Combine(trial, "out", name)).Where(File.Exists)
            .Where(path => Hash(path) != _made[Path.GetFileName(path)] && File.ReadAllText(path) != Old).Select(static path => $"{path} is torn"),
    ];

    /// <summary>Begins a build that publishes nothing: now the artifacts are all those of the build, or all others.</summary>
    /// <returns>What is there, before and after, if they are not; else nothing.</returns>
    public async Task<string> FindMixedSetAsync(string trial, CancellationToken cancellationToken)
    {
        var before = Describe(trial);
        await (await new DirectorySink(Path.Combine(trial, "out")).BeginAsync(cancellationToken)).DisposeAsync();
        return CountMade(trial) is var made && (made == 0 || made == Names.Count)
            ? ""
            : $"The set is mixed. Before:\n{before}\nnow:\n{Describe(trial)}";
    }

    private static string Describe(string trial) => string.Join('\n', new DirectoryInfo(Path.Combine(trial, "out"))
        .EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(static file => file.FullName, StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(trial, file.FullName)}: {file.Length} bytes, {Hash(file.FullName)}"));

    /// <summary>How many artifacts are those of the build.</summary>
    public int CountMade(string trial) =>
        Names.Count(name => File.Exists(Path.Combine(trial, "out", name)) && Hash(Path.Combine(trial, "out", name)) == _made[name]);

    /// <summary>What is wrong after a build that succeeded.</summary>
    public List<string> FindProblems(string trial)
    {
        var cache = Path.Combine(trial, "cache");
        var problems = Names.Where(name => !File.Exists(Path.Combine(trial, "out", name)) || Hash(Path.Combine(trial, "out", name)) != _made[name])
            .Select(static name => $"{name} has other bytes").ToList();
        problems.AddRange(FindLeftovers(trial, Names));
        problems.AddRange(FindDamage(cache));
        problems.AddRange(NamesAllImages(cache) ? [] : [$"{cache} does not name all images for other tools"]);
        return problems;
    }

    /// <summary>What builds left that is nobody's.</summary>
    public static IEnumerable<string> FindLeftovers(string trial, IEnumerable<string> artifacts)
    {
        var temporary = Path.Combine(trial, "cache", "reprobuild", "temporary");
        var left = Entries(Path.Combine(trial, "out")).Where(path => !artifacts.Contains(Path.GetFileName(path)))
            .Concat(Entries(Path.Combine(trial, "scratch")))
            .Concat(Entries(temporary).SelectMany(Entries));
        return left.Select(static path => $"{path} is left over");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>What in a cache is not what its name says, and what other tools cannot read.</summary>
    public static IEnumerable<string> FindDamage(string cache)
    {
        foreach (var path in System.IO.Directory.Exists(cache) ? System.IO.Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories) : [])
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (name.Length == 64 && !path.EndsWith(".index", StringComparison.Ordinal) && Hash(path) != name)
            {
                yield return $"{path} {Damaged}";
            }
        }
    }

    private static bool NamesAllImages(string cache) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(cache, "index.json")))!["manifests"]!.AsArray().Count == ImageCount
        && JsonNode.Parse(File.ReadAllText(Path.Combine(cache, "oci-layout")))!["imageLayoutVersion"] is not null;

    private static IEnumerable<string> Entries(string path) =>
        System.IO.Directory.Exists(path) ? System.IO.Directory.EnumerateFileSystemEntries(path) : [];

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}

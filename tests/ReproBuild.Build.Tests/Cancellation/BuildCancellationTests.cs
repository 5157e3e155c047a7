using System.Collections.Immutable;
using ReproBuild.Build.Tests.Harness;
using ReproBuild.Testing.Cancelling;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Cancellation;

/// <summary>
/// A build from a registry, with a cold cache, that is cancelled at every await ends though the registry and the sink answer no more; it leaves nothing
/// behind, and the next build on the same cache is right.
/// </summary>
[Collection(AloneInProcess.Name)]
public sealed class BuildCancellationTests : IDisposable
{
    private const int Points = 20;

    private static readonly ImmutableArray<string> Formats = ["tar", "kernel+initrd", "kernel+squashfs", "vmdk"];

    private readonly TemporaryDirectory _directory = new("cancel");
    private int _runs;

    private string Run => _directory[$"{_runs}"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Speed", "Slow")]
    public Task Into_a_directory() => CheckAsync(isSilentSink: false);

    [Fact]
    [Trait("Speed", "Slow")]
    public Task Into_a_sink_that_takes_no_more() => CheckAsync(isSilentSink: true);

    private async Task CheckAsync(bool isSilentSink)
    {
        await using var registry = await SilentRegistry.StartAsync();
        var right = await BuildRightAsync(registry);
        SilentSink? sink = null;
        var (tried, cancelled) = await EveryAwait.CancelAsync(
            async (point, cancellationToken) =>
            {
                _runs++;
                registry.Point = point;
                Directory.CreateDirectory(Path.Combine(Run, "scratch"));
                sink = isSilentSink ? new SilentSink(point) : null;
                await BuildAsync(registry, (IArtifactSink?)sink ?? new DirectorySink(Path.Combine(Run, "out")), cancellationToken);
            },
            Points,
            async point =>
            {
                await CheckLeftoversAsync(registry, point, sink);
                registry.Point = null;
                Assert.Equal(right, await BuildRightAsync(registry));
                Directory.Delete(Run, recursive: true);
            });
        Assert.True(cancelled > Points / 2, $"Of {tried} points only {cancelled} were in the middle of a build.");
        LongRun.Report(
            $"{tried} builds cancelled, each at another await, {(isSilentSink ? "into a sink that takes no more" : "into a directory")} | "
            + $"{cancelled} ended and {tried - cancelled} had published, though nobody answered; nothing left, the next build right");
    }

    private async Task CheckLeftoversAsync(SilentRegistry registry, CancellationPoint point, SilentSink? sink)
    {
        Assert.Null(point.Problem);
        for (var wait = 0; registry.Open.Count > 0; wait++)
        {
            Assert.True(wait < 6000, $"Cancelled at await {point.At}, and the registry still waits for the end of {string.Join(", ", registry.Open)}.");
            await Task.Delay(10);
        }

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Run, "scratch")));
        Assert.Empty(Unfinished(Path.Combine(Run, "cache", "reprobuild", "temporary")));
        var files = Entries(Path.Combine(Run, "out"));
        if (point.IsCancelled)
        {
            Assert.Empty(files);
            Assert.True(sink is null or { IsCommitted: false, IsClosed: true }, "The sink is open, or was told to publish.");
        }
        else
        {
            Assert.True(sink is { IsCommitted: true, IsClosed: true } || (sink is null && files.Length > Formats.Length), "The build succeeded without artifacts.");
        }
    }

    /// <summary>The files of the cache's working directories; the directories, and the locks that say whose they are, serve the next build.</summary>
    private static IEnumerable<string> Unfinished(string directory) => !Directory.Exists(directory) ? [] :
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal));

    private static string[] Entries(string directory) => Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];

    /// <summary>A build that is left alone, on the cache of the last one.</summary>
    private async Task<ImmutableArray<BuildArtifact>> BuildRightAsync(SilentRegistry registry)
    {
        var result = ImmutableArray<BuildArtifact>.Empty;
        await CancellationPoint.RunAsync(
            int.MaxValue,
            async (point, cancellationToken) =>
            {
                registry.Point = point;
                Directory.CreateDirectory(Path.Combine(Run, "scratch"));
                result = (await BuildAsync(registry, new DirectorySink(Path.Combine(Run, "right")), cancellationToken)).Artifacts;
            },
            TimeSpan.FromMinutes(3));
        return result;
    }

    private async Task<BuildResult> BuildAsync(SilentRegistry registry, IArtifactSink sink, CancellationToken cancellationToken)
    {
        var config = LinuxKitConfig.Parse(
            $"""
            kernel:
              image: {registry.Authority}/kernel:1
              cmdline: console=ttyS0
            init:
              - {registry.Authority}/init:1
            files:
              - path: etc/motd
                contents: cancelled
            """,
            "cancelled.yml");
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = Path.Combine(Run, "cache"), UseDockerCredentials = false });
        var options = new BuildOptions { Name = "machine", Formats = Formats, ScratchDirectory = Path.Combine(Run, "scratch") };
        return await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(config, options, sink, progress: null, cancellationToken);
    }
}

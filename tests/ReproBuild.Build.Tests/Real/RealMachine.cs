using System.Collections.Immutable;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>What tests of real machines share: a registry with the test images, and a directory that builds go into.</summary>
public abstract class RealMachine(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    /// <summary>The base name of a build's artifacts.</summary>
    protected const string Name = "machine";

    /// <summary>
    /// The command line of an amd64 machine. On a busy host the emulated timer is late, which a kernel that checks it takes for broken hardware.
    /// </summary>
    protected const string Amd64CommandLine = "console=ttyS0 quiet no_timer_check";

    private readonly TemporaryDirectory _directory = new("real");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static void SkipUnlessItCanRun(QemuMachine? machine = null)
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine?.SkipReason is null, machine?.SkipReason ?? "");
    }

    /// <summary>A path in the directory.</summary>
    protected string PathOf(string name) => _directory[name];

    /// <summary>The text of a file in the directory.</summary>
    protected Task<string> ReadAsync(string name) => File.ReadAllTextAsync(PathOf(name), Cancellation);

    /// <summary>The reference of a test image in the registry.</summary>
    protected Task<string> Get(string tag) => registry.GetAsync(tag, Cancellation);

    /// <summary>The reference of an index of an amd64 and an arm64 test image.</summary>
    protected Task<string> GetIndex(string amd64, string arm64) => registry.GetIndexAsync(amd64, arm64, Cancellation);

    /// <summary>Images from the registry, through a cache in the directory.</summary>
    protected RegistryImageSource OpenImages() => new(new RegistryOptions { CacheDirectory = _directory["cache"] });

    /// <summary>Builds into the directory.</summary>
    /// <param name="configuration">The text of the configuration.</param>
    /// <param name="options">The options; the name is always the same.</param>
    /// <param name="formats">The formats to choose from; null for all standard ones.</param>
    /// <param name="output">A directory in the directory; empty for the directory itself.</param>
    protected async Task<ImmutableArray<BuildArtifact>> BuildAsync(
        string configuration, BuildOptions options, IEnumerable<IOutputFormat>? formats = null, string output = "")
    {
        using var images = OpenImages();
        var result = await new ImageBuilder(images, formats ?? StandardOutputFormats.All).BuildAsync(
            LinuxKitConfig.Parse(configuration, "machine.yml"), options with { Name = Name }, new DirectorySink(_directory[output]), null, Cancellation);
        return result.Artifacts;
    }
}

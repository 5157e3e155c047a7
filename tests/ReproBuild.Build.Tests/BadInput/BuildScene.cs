using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.BadInput;

/// <summary>A cache and an output directory with an artifact of an earlier build, and checks that a failed build harms neither.</summary>
internal sealed class BuildScene : IDisposable
{
    private const string Earlier = "an artifact of an earlier build";

    private readonly TemporaryDirectory _directory = new("scene");

    public BuildScene()
    {
        (Cache, Output) = (_directory["cache"], _directory["out"]);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "machine.tar"), Earlier);
    }

    public string Cache { get; init; }

    public string Output { get; init; }

    /// <summary>Changes the options of the registry.</summary>
    public Func<RegistryOptions, RegistryOptions> Configure { get; init; } = static options => options;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    /// <summary>Builds, which must fail with an error whose message holds all of <paramref name="texts"/>, and harm nothing.</summary>
    public async Task FailAsync<TException>(string configuration, params string[] texts)
        where TException : ReproBuildException
    {
        var error = await Assert.ThrowsAnyAsync<TException>(() => BuildAsync(configuration));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        Assert.All(texts, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        AssertSound();
    }

    /// <summary>Builds, which must succeed: what an earlier failure left does not stand in the way.</summary>
    public async Task SucceedAsync(string configuration)
    {
        await BuildAsync(configuration);
        Assert.Empty(CacheState.FindProblems(Cache));
        Assert.Equal(["machine.tar"], Directory.GetFileSystemEntries(Output).Select(Path.GetFileName));
        Assert.NotEqual(Earlier.Length, new FileInfo(Path.Combine(Output, "machine.tar")).Length);
    }

    /// <summary>Checks that the cache holds nothing wrong and the output directory only the earlier artifact.</summary>
    public void AssertSound()
    {
        Assert.Empty(CacheState.FindProblems(Cache));
        Assert.Equal(["machine.tar"], Directory.GetFileSystemEntries(Output).Select(Path.GetFileName));
        Assert.Equal(Earlier, File.ReadAllText(Path.Combine(Output, "machine.tar")));
    }

    private async Task BuildAsync(string configuration)
    {
        using var images = new RegistryImageSource(Configure(new RegistryOptions
        {
            CacheDirectory = Cache,
            UseDockerCredentials = false,
            MaxRetries = 1,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        }));
        var options = new BuildOptions { Name = "machine", Formats = ["tar"] };
        await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(
            LinuxKitConfig.Parse(configuration, "machine.yml"), options, new DirectorySink(Output), null, Cancellation);
    }
}

using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Registry;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>The sources of images and their options, as a user's program sees them.</summary>
public sealed class RegistryPartsTests : IDisposable
{
    private const string Present = "127.0.0.1:5000/fx/base:1";

    private static readonly Platform Amd64 = Platform.Linux("amd64");

    private readonly TemporaryDirectory _directory = new("registry-parts");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ILogger Logger => NullLogger.Instance;

    public void Dispose() => _directory.Dispose();

    private RegistryOptions Options => new()
    {
        CacheDirectory = _directory["cache"],
        Mirrors = [new RegistryMirror("docker.io", new Uri("https://mirror.example/hub"))],
        CertificateAuthorityFiles = [],
        PlainHttpRegistries = ["plain.example"],
        UseDockerCredentials = false,
        DockerConfigDirectory = _directory["docker"],
        MaxConcurrentDownloads = 2,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ResponseTimeout = TimeSpan.FromSeconds(10),
        RequestTimeout = TimeSpan.FromSeconds(20),
        MinimumRate = 0,
        RateWindow = TimeSpan.FromSeconds(3),
        MaxResumes = 5,
        MirrorPause = TimeSpan.Zero,
        MaxRetries = 0,
        RetryDelay = TimeSpan.FromSeconds(1),
        MaxRetryDelay = TimeSpan.FromSeconds(2),
        Limits = InputLimits.Default with { MaxLayoutImages = 10, MaxImageBlobs = 100, MaxImageSize = 1 << 20 },
    };

    private OciLayoutImageSource OpenLayout() =>
        new(Path.Combine(ExpectedTree.DataDirectory, "layout"), _directory["cache"], Logger, InputLimits.Default);

    [Fact]
    public void Options_are_values()
    {
        Assert.Equal(Options, Options);
        Assert.NotEqual(Options, Options with { AlwaysPull = true });
        var (registry, url) = RegistryMirror.Parse("docker.io=mirror.example/hub");
        Assert.Equal(Options.Mirrors[0], new RegistryMirror(registry, url));
        Assert.Equal("docker.io", Options.Mirrors[0].Registry);
        Assert.Equal(new Uri("https://mirror.example/hub"), Options.Mirrors[0].Url);
    }

    [Fact]
    public void An_option_that_is_out_of_its_range_is_named()
    {
        var error = Assert.Throws<InvalidOptionException>(() => new RegistryImageSource(Options with { MaxRetries = -1 }));
        Assert.Equal("RegistryOptions.MaxRetries", error.OptionName);
        Assert.Equal("RegistryOptions.MaxRetries is -1; it must be at least 0.", error.Message);
    }

    [Fact]
    public async Task Sources_are_asked_in_order_until_one_has_the_image()
    {
        using var offline = new RegistryImageSource(Options with { Offline = true }, Logger);
        using var layout = OpenLayout();
        using var images = new CompositeImageSource(new ArchiveImageSource(), offline, layout);

        Assert.Equal(1, (await images.GetImageAsync(ImageReference.Parse(Present), Amd64, Cancel)).LayerCount);
        Assert.NotEmpty((await images.GetArtifactAsync(ImageReference.Parse(Present), [Amd64], Cancel)).Blobs);

        var missing = ImageReference.Parse("registry.test/missing:1");
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() => images.GetImageAsync(missing, Amd64, Cancel));
        Assert.Equal(missing, error.Reference);
        Assert.Contains("not among the images made here", error.Message, StringComparison.Ordinal);
        Assert.Contains("RegistryOptions.Offline", error.Message, StringComparison.Ordinal);
        Assert.Contains("OCI image layout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_source_says_that_an_image_is_not_there_in_the_same_way()
    {
        await using var server = await ScriptedServer.StartAsync(static c => c.ErrorAsync(404, "NAME_UNKNOWN"));
        var missing = ImageReference.Parse($"{server.Authority}/missing:1");
        using var registry = new RegistryImageSource(Options);
        using var layout = OpenLayout();
        foreach (var source in (IImageSource[])[registry, layout, new ArchiveImageSource()])
        {
            await Assert.ThrowsAsync<ImageNotFoundException>(() => source.GetImageAsync(missing, Amd64, Cancel));
            await Assert.ThrowsAsync<ImageNotFoundException>(() => source.GetArtifactAsync(missing, [], Cancel));
        }
    }

    [Fact]
    public async Task A_refusal_tells_what_a_program_needs_to_decide()
    {
        await using var server = await ScriptedServer.StartAsync(static c =>
        {
            c.Response.Headers.RetryAfter = "30";
            return c.ErrorAsync(c.Request.Method == "HEAD" ? 405 : 429, "TOOMANYREQUESTS");
        });
        using var registry = new RegistryImageSource(Options);
        var reference = ImageReference.Parse($"{server.Authority}/busy:1");
        var error = await Assert.ThrowsAsync<RegistryException>(() => registry.GetImageAsync(reference, Amd64, Cancel));
        Assert.Equal(HttpStatusCode.TooManyRequests, error.StatusCode);
        Assert.Equal("GET", error.Method);
        Assert.Equal(new Uri(server.Url, "/v2/busy/manifests/1"), error.Url);
        Assert.Equal("TOOMANYREQUESTS", error.ErrorCode);
        Assert.Equal(TimeSpan.FromSeconds(30), error.RetryAfter);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public void A_source_of_the_callers_own_can_report_the_same()
    {
        var error = new RegistryException("mirror.example is busy.", new TimeoutException())
        {
            StatusCode = HttpStatusCode.ServiceUnavailable,
            Method = "GET",
            Url = new Uri("https://mirror.example/v2/"),
            ErrorCode = "UNAVAILABLE",
            RetryAfter = TimeSpan.FromSeconds(1),
            IsTransient = true,
        };
        Assert.IsType<ReproBuildException>(error, exactMatch: false);
    }
}

using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Tests;

public sealed class RegistryOptionsTests
{
    private static readonly RegistryOptions Options = new() { CacheDirectory = "cache" };

    [Fact]
    public void The_defaults_are_the_documented_ones()
    {
        Assert.False(Options.Offline);
        Assert.Empty(Options.Mirrors);
        Assert.Empty(Options.CertificateAuthorityFiles);
        Assert.Empty(Options.PlainHttpRegistries);
        Assert.True(Options.UseDockerCredentials);
        Assert.Null(Options.DockerConfigDirectory);
        Assert.Equal(4, Options.MaxConcurrentDownloads);
        Assert.Equal(15, Options.ConnectTimeout.TotalSeconds);
        Assert.Equal(60, Options.ResponseTimeout.TotalSeconds);
        Assert.Equal(120, Options.RequestTimeout.TotalSeconds);
        Assert.Equal(1024, Options.MinimumRate);
        Assert.Equal(30, Options.RateWindow.TotalSeconds);
        Assert.Equal(1000, Options.MaxResumes);
        Assert.Equal(1, Options.MirrorPause.TotalHours);
        Assert.Equal(4, Options.MaxRetries);
        Assert.Equal(500, Options.RetryDelay.TotalMilliseconds);
        Assert.Equal(60, Options.MaxRetryDelay.TotalSeconds);
        Assert.Same(InputLimits.Default, Options.Limits);
    }

    [Fact]
    public void A_value_out_of_its_range_is_named()
    {
        AssertRefused("CacheDirectory", Options with { CacheDirectory = "" });
        AssertRefused("Offline", Options with { Offline = true, AlwaysPull = true });
        AssertRefused("Mirrors", Options with { Mirrors = [new RegistryMirror("docker.io", new Uri("ftp://mirror"))] });
        AssertRefused("MaxConcurrentDownloads", Options with { MaxConcurrentDownloads = 0 });
        AssertRefused("ConnectTimeout", Options with { ConnectTimeout = TimeSpan.Zero });
        AssertRefused("ResponseTimeout", Options with { ResponseTimeout = TimeSpan.FromSeconds(-1) });
        AssertRefused("RequestTimeout", Options with { RequestTimeout = TimeSpan.Zero });
        AssertRefused("RequestTimeout", Options with { RequestTimeout = TimeSpan.MaxValue });
        AssertRefused("RateWindow", Options with { RateWindow = TimeSpan.Zero });
        AssertRefused("MinimumRate", Options with { MinimumRate = -1 });
        AssertRefused("MaxResumes", Options with { MaxResumes = -1 });
        AssertRefused("MirrorPause", Options with { MirrorPause = TimeSpan.FromSeconds(-1) });
        AssertRefused("MaxRetryDelay", Options with { MaxRetryDelay = TimeSpan.FromDays(25) });
        AssertRefused("MaxRetries", Options with { MaxRetries = -1 });
        AssertRefused("RetryDelay", Options with { RetryDelay = TimeSpan.FromSeconds(-1) });
        AssertRefused("MaxRetryDelay", Options with { RetryDelay = TimeSpan.FromMinutes(2) });
        AssertRefused("Limits", Options with { Limits = null! });
    }

    [Fact]
    public void A_default_list_is_an_empty_one()
    {
        var options = Options with { Mirrors = default, CertificateAuthorityFiles = default, PlainHttpRegistries = default };
        Assert.Equal(Options, options);
        using var source = new RegistryImageSource(options);
        Assert.Empty(options.Mirrors);
    }

    [Fact]
    public void Options_with_equal_contents_are_equal()
    {
        var (one, other) = (Create(), Create());
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Mirrors = [] });
        Assert.NotEqual(one, other with { Mirrors = [RegistryMirror.Parse("docker.io=https://two.example")] });
        Assert.NotEqual(one, other with { CertificateAuthorityFiles = ["ca.pem", "other.pem"] });
        Assert.NotEqual(one, other with { PlainHttpRegistries = default });
        Assert.NotEqual(one, other with { MaxRetries = 5 });

        static RegistryOptions Create() => Options with
        {
            Mirrors = [RegistryMirror.Parse("docker.io=https://one.example")],
            CertificateAuthorityFiles = ["ca.pem"],
            PlainHttpRegistries = ["plain.example"],
        };
    }

    [Theory]
    [InlineData("registry.example:99999/a/b")]
    [InlineData("[ffff]:5000/a/b")]
    public async Task A_registry_that_cannot_be_an_address_is_named(string image)
    {
        using var client = new RegistryClient(ClientFixture.Defaults);
        var error = await Assert.ThrowsAsync<ImageReferenceException>(() => client.GetManifestAsync(ImageReference.Parse(image), default));
        Assert.Contains("is not the address of a registry", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string name, RegistryOptions options)
    {
        var error = Assert.Throws<InvalidOptionException>(() => new RegistryImageSource(options));
        Assert.Equal($"RegistryOptions.{name}", error.OptionName);
        Assert.StartsWith($"RegistryOptions.{name} ", error.Message, StringComparison.Ordinal);
    }
}

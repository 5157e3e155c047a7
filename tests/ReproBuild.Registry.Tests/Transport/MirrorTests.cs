using System.Text;
using ReproBuild.Registry.Transport;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class MirrorTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
    private static readonly byte[] Blob = ClientFixture.Blob(5000);

    [Fact]
    public async Task Mirrors_are_asked_in_order_and_the_registry_last()
    {
        await using var first = await ScriptedServer.StartAsync(c => c.ErrorAsync(404));
        await using var second = await ScriptedServer.StartAsync(c => c.ErrorAsync(400));
        await using var origin = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture();
        fixture.Options = fixture.Options with
        {
            Mirrors = [new(origin.Authority, first.Url), new(origin.Authority, second.Url), new("other.example", first.Url)],
        };
        await fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default);
        Assert.Single(first.Requests);
        Assert.Single(second.Requests);
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task A_mirror_that_answers_is_enough()
    {
        await using var mirror = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { Mirrors = [new("docker.io", new Uri(mirror.Url, "hub/cache/"))] });
        await fixture.Client.GetManifestAsync(ImageReference.Parse("alpine"), default);
        Assert.Equal("/v2/hub/cache/library/alpine/manifests/latest", Assert.Single(mirror.Requests).Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blob_that_a_mirror_spoils_comes_from_the_registry(bool truncated)
    {
        await using var mirror = await ScriptedServer.StartAsync(c => truncated ? c.BodyAsync(Blob, breakAfter: 2000) : c.BodyAsync(new byte[5000]));
        await using var origin = await ScriptedServer.StartAsync(c => c.BlobAsync(Blob));
        using var fixture = new ClientFixture();
        fixture.Options = fixture.Options with { Mirrors = [new(origin.Authority, mirror.Url)] };
        var progress = new ProgressSum();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(origin), ClientFixture.DescriptorOf(Blob), progress));
        Assert.Equal(Blob.Length, progress.Total);
        Assert.False(Assert.Single(origin.Requests).Headers.ContainsKey("Range"));
        Assert.Contains("The mirror", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(200)]
    public async Task A_mirror_that_failed_is_left_alone_for_a_while(int status)
    {
        await using var mirror = await ScriptedServer.StartAsync(
            c => status == 200 ? c.ManifestAsync("{}"u8.ToArray(), "application/json", Digest.OfSha256([]).ToString()) : c.ErrorAsync(status));
        await using var origin = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture();
        fixture.Options = fixture.Options with { Mirrors = [new(origin.Authority, mirror.Url)], MaxRetries = 2 };
        var image = ClientFixture.Image(origin);
        await fixture.Client.GetManifestAsync(image, default);
        var asked = mirror.Requests.Count;
        await fixture.Client.GetManifestAsync(image, default);
        await fixture.Client.GetManifestAsync(image, default);
        Assert.Equal(asked, mirror.Requests.Count);
        Assert.Equal(3, origin.Requests.Count);

        fixture.Time.Advance(fixture.Options.MirrorPause);
        await fixture.Client.GetManifestAsync(image, default);
        Assert.Equal(2 * asked, mirror.Requests.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_mirror_that_only_lacks_an_image_is_asked_for_the_next(int status)
    {
        await using var mirror = await ScriptedServer.StartAsync(c => c.ErrorAsync(status));
        await using var origin = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture();
        fixture.Options = fixture.Options with { Mirrors = [new(origin.Authority, mirror.Url)] };
        await fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default);
        Assert.Equal(2, mirror.Requests.Count);
    }

    [Fact]
    public async Task The_registry_itself_is_never_left_alone()
    {
        var requests = 0;
        await using var origin = await ScriptedServer.StartAsync(
            c => Interlocked.Increment(ref requests) == 1 ? c.ErrorAsync(503) : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 0 });
        await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default));
        await fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default);
    }

    [Fact]
    public async Task The_registrys_credentials_are_never_shown_to_a_mirror()
    {
        await using var mirror = await ScriptedServer.StartAsync(c => c.ChallengeAsync("Basic realm=\"r\""));
        await using var origin = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync("Basic realm=\"r\"") : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture().WithPassword(origin.Authority, "user", "pw");
        fixture.Options = fixture.Options with { Mirrors = [new(origin.Authority, mirror.Url)] };
        await fixture.Client.GetManifestAsync(ClientFixture.Image(origin), default);
        Assert.All(mirror.Requests, r => Assert.Null(r.Authorization));
        Assert.Equal("Basic " + Convert.ToBase64String("user:pw"u8), origin.Requests[^1].Authorization);
    }

    [Fact]
    public async Task A_mirror_has_credentials_of_its_own()
    {
        await using var mirror = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync("Basic realm=\"r\"") : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture().WithPassword(mirror.Authority, "m", "pw");
        fixture.Options = fixture.Options with { Mirrors = [new("docker.io", mirror.Url)] };
        await fixture.Client.GetManifestAsync(ImageReference.Parse("alpine"), default);
        Assert.Equal("Basic " + Convert.ToBase64String("m:pw"u8), mirror.Requests[^1].Authorization);
    }

    [Theory]
    [InlineData("docker.io=https://mirror.example.com/hub", "docker.io", "https://mirror.example.com/hub")]
    [InlineData("index.docker.io=mirror.example", "docker.io", "https://mirror.example/")]
    [InlineData("ghcr.io=localhost:5000", "ghcr.io", "http://localhost:5000/")]
    [InlineData("host:5000=http://10.0.0.1:5000", "host:5000", "http://10.0.0.1:5000/")]
    public void Mirrors_are_parsed(string text, string registry, string url) =>
        Assert.Equal(new RegistryMirror(registry, new Uri(url)), RegistryMirror.Parse(text));

    [Theory]
    [InlineData("docker.io")]
    [InlineData("=https://mirror")]
    [InlineData("docker.io=ftp://mirror")]
    [InlineData("docker.io=https://mirror?x=1")]
    [InlineData("docker.io=https://user:hunter2@mirror")]
    [InlineData("docker.io=https://")]
    public void A_mirror_that_makes_no_sense_is_refused_without_repeating_a_password(string text)
    {
        var error = Assert.Throws<FormatException>(() => RegistryMirror.Parse(text));
        Assert.Contains("REGISTRY=URL", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alpine", "https://registry-1.docker.io/")]
    [InlineData("ghcr.io/a/b", "https://ghcr.io/")]
    [InlineData("host:5000/a/b", "https://host:5000/")]
    [InlineData("plain.example:5000/a/b", "http://plain.example:5000/")]
    [InlineData("localhost/a/b", "http://localhost/")]
    [InlineData("localhost:5000/a/b", "http://localhost:5000/")]
    [InlineData("127.3.2.1:5000/a/b", "http://127.3.2.1:5000/")]
    [InlineData("[::1]:5000/a/b", "http://[::1]:5000/")]
    [InlineData("localhost.example.com/a/b", "https://localhost.example.com/")]
    [InlineData("128.0.0.1/a/b", "https://128.0.0.1/")]
    public void Only_this_machine_and_listed_registries_are_asked_over_plain_HTTP(string image, string origin)
    {
        var options = ClientFixture.Defaults with { PlainHttpRegistries = ["plain.example:5000"] };
        Assert.Equal(origin, Assert.Single(RegistryEndpoint.Select(ImageReference.Parse(image).Registry, options)).Origin.AbsoluteUri);
    }
}

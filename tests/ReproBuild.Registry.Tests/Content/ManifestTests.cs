using System.Net;
using System.Text;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Content;

public sealed class ManifestTests
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
    private static readonly Digest ManifestDigest = Digest.OfSha256(Manifest);

    [Fact]
    public async Task A_manifest_is_read_by_tag_with_every_type_that_is_understood()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest + "; charset=utf-8"));
        using var fixture = new ClientFixture();
        var found = await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);

        Assert.Equal(ManifestDigest, found.Digest);
        Assert.Equal(OciManifest, found.MediaType);
        Assert.Equal(Manifest, found.Bytes.ToArray());
        var request = Assert.Single(server.Requests);
        Assert.Equal("GET", request.Method);
        Assert.Equal("/v2/team/app/manifests/1", request.Path);
        Assert.Equal(
            "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
            + "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json",
            string.Join(", ", request.Headers["Accept"].Split(',', StringSplitOptions.TrimEntries)));
    }

    [Fact]
    public async Task A_digest_decides_over_a_tag()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest));
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server).WithDigest(ManifestDigest), default);
        Assert.Equal($"/v2/team/app/manifests/{ManifestDigest}", server.Requests[0].Path);
    }

    [Fact]
    public async Task The_digest_of_a_tag_is_asked_for_without_the_manifest()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest));
        using var fixture = new ClientFixture();
        var here = new ReproBuild.Registry.Manifests.ManifestContent(ManifestDigest, "", Manifest);
        Assert.Same(here, await fixture.Client.RefreshManifestAsync(ClientFixture.Image(server), d => d == ManifestDigest ? here : null, default));
        Assert.Equal("HEAD", Assert.Single(server.Requests).Method);
    }

    [Fact]
    public async Task A_manifest_that_is_not_what_the_registry_says_is_refused()
    {
        var other = Digest.OfSha256("other"u8);
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest, other.ToString()));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<IntegrityException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains(other.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(ManifestDigest.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("19 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_is_not_the_wanted_digest_is_refused_even_when_the_registry_agrees_with_itself()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest));
        using var fixture = new ClientFixture();
        var wanted = Digest.OfSha256("wanted"u8);
        var error = await Assert.ThrowsAsync<IntegrityException>(
            () => fixture.Client.GetManifestAsync(ClientFixture.Image(server).WithDigest(wanted), default));
        Assert.Contains($"instead of {wanted}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SHA_512_digest_is_verified()
    {
        var digest = Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Manifest)));
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest, digest.ToString()));
        using var fixture = new ClientFixture();
        Assert.Equal(digest, (await fixture.Client.GetManifestAsync(ClientFixture.Image(server).WithDigest(digest), default)).Digest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_manifest_over_the_limit_is_refused_whether_its_length_is_announced_or_not(bool announced)
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.ContentLength = announced ? 101 : null;
            await c.Response.Body.WriteAsync(new byte[101]);
        });
        using var fixture = new ClientFixture(ClientFixture.Defaults with { Limits = new InputLimits { MaxManifestSize = 100 } });
        var error = await Assert.ThrowsAsync<IntegrityException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("MaxManifestSize, 100 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_1_is_refused_by_name()
    {
        await using var server = await ScriptedServer.StartAsync(
            c => c.ManifestAsync(Manifest, "application/vnd.docker.distribution.manifest.v1+prettyjws"));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("schema 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "DENIED", "forbidden")]
    [InlineData(418, "TEAPOT", "unexpected status")]
    public async Task A_refusal_is_described_and_not_retried(int status, string code, string words)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ErrorAsync(status, code));
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(server);
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(image, default));
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Equal(code, error.ErrorCode);
        Assert.Equal("GET", error.Method);
        Assert.Equal(new Uri(server.Url, "/v2/team/app/manifests/1"), error.Url);
        Assert.False(error.IsTransient);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains(image.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("MANIFEST_UNKNOWN")]
    [InlineData("NAME_UNKNOWN")]
    public async Task An_image_that_the_registry_does_not_have_is_not_found(string code)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ErrorAsync(404, code));
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(server);
        var client = fixture.Client;
        foreach (var ask in (Func<Task>[])[
            () => client.GetManifestAsync(image, default), () => client.RefreshManifestAsync(image, _ => null, default)])
        {
            var error = await Assert.ThrowsAsync<ImageNotFoundException>(ask);
            Assert.Equal(image, error.Reference);
            Assert.Contains($"{server.Authority}: the image {image} does not exist there (404", error.Message, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, Assert.IsType<RegistryException>(error.InnerException).StatusCode);
        }

        Assert.Equal(["GET", "HEAD", "GET"], server.Requests.Select(static r => r.Method));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"errors":{"code":"X"}}""")]
    [InlineData("""{"errors":[{"code":"Bearer secret token"}]}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public async Task A_body_without_a_proper_code_gives_none(string body)
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.StatusCode = 400;
            await c.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Null(error.ErrorCode);
    }

    [Fact]
    public async Task An_error_body_without_end_is_not_read_to_the_end()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.StatusCode = 400;
            var block = new byte[64 * 1024];
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.Body.WriteAsync(block, c.RequestAborted);
            }
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal(HttpStatusCode.BadRequest, error.StatusCode);
    }

    [Fact]
    public async Task Offline_asks_nobody()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, OciManifest));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { Offline = true });
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("Offline", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }
}

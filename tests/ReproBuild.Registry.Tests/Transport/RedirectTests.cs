using System.Net;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class RedirectTests
{
    private const string Secret = "s3cret-password";

    private static readonly byte[] Blob = ClientFixture.Blob(1000);
    private static readonly OciDescriptor Descriptor = ClientFixture.DescriptorOf(Blob);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Credentials_stay_behind_when_a_redirect_leads_to_another_port(int status)
    {
        await using var storage = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.SetCookie = "session=1";
            return c.BlobAsync(Blob);
        });
        await using var registry = await ScriptedServer.StartAsync(
            c => RequireBasic(c, () => c.RedirectAsync($"{storage.Url}data?signature=SIGNED", status)));
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", Secret);

        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        var request = Assert.Single(storage.Requests);
        Assert.Null(request.Authorization);
        Assert.False(request.Headers.ContainsKey("Cookie"));
        Assert.Equal("?signature=SIGNED", request.Query);
        Assert.DoesNotContain("SIGNED", fixture.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fixture.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_stay_behind_when_only_the_name_of_the_host_differs()
    {
        await using var registry = await ScriptedServer.StartAsync(
            c => RequireBasicUnlessData(c, () => c.RedirectAsync($"http://localhost:{c.Connection.LocalPort}/data")));
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", Secret);
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Null(registry.Requests.Single(r => r.Path == "/data").Authorization);
    }

    [Fact]
    public async Task Credentials_are_kept_on_the_same_server()
    {
        await using var registry = await ScriptedServer.StartAsync(
            c => RequireBasic(c, () => c.Request.Path == "/data" ? c.BlobAsync(Blob) : c.RedirectAsync("/data")));
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", Secret);
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.NotNull(registry.Requests.Single(r => r.Path == "/data").Authorization);
    }

    [Fact]
    public async Task Credentials_do_not_come_back_when_another_server_redirects_home()
    {
        string? home = null;
        await using var storage = await ScriptedServer.StartAsync(c => c.RedirectAsync($"{home}data"));
        await using var registry = await ScriptedServer.StartAsync(
            c => RequireBasicUnlessData(c, () => c.RedirectAsync($"{storage.Url}away")));
        home = registry.Url.ToString();
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", Secret);
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Null(registry.Requests.Single(r => r.Path == "/data").Authorization);
        Assert.Null(storage.Requests.Single().Authorization);
    }

    [Fact]
    public async Task A_challenge_of_the_server_redirected_to_is_not_answered()
    {
        await using var thief = await ScriptedServer.StartAsync(c => c.ChallengeAsync("Basic realm=\"give\""));
        await using var registry = await ScriptedServer.StartAsync(c => RequireBasic(c, () => c.RedirectAsync($"{thief.Url}data")));
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", Secret);
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Null(Assert.Single(thief.Requests).Authorization);
    }

    [Fact]
    public async Task The_range_follows_a_redirect()
    {
        var breaks = 0;
        await using var storage = await ScriptedServer.StartAsync(c => c.BlobAsync(Blob, Interlocked.Increment(ref breaks) == 1 ? 400 : null));
        await using var registry = await ScriptedServer.StartAsync(c => c.RedirectAsync($"{storage.Url}data"));
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Equal("bytes=400-", storage.Requests[1].Headers["Range"]);
    }

    [Fact]
    public async Task A_loop_ends()
    {
        await using var registry = await ScriptedServer.StartAsync(c => c.RedirectAsync(c.Request.Path + "?secret=1"));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Contains("more than 10 times", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(11, registry.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "scheme 'file'")]
    [InlineData("http://user:pw@127.0.0.1/", "names a user")]
    [InlineData(null, "names no address")]
    public async Task A_redirect_that_makes_no_sense_is_refused(string? location, string words)
    {
        await using var registry = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = 307;
            c.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.DownloadAsync(ClientFixture.Image(registry), Descriptor));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_refused()
    {
        using var certificates = new TestCertificateChain();
        await using var storage = await ScriptedServer.StartAsync(c => c.BlobAsync(Blob));
        await using var mirror = await ScriptedServer.StartAsync(c => c.RedirectAsync($"{storage.Url}data"), certificates.Presented);
        using var fixture = new ClientFixture();
        var authority = Path.Combine(fixture.DirectoryPath, "ca.pem");
        certificates.WriteRoot(authority);
        fixture.Options = fixture.Options with
        {
            CertificateAuthorityFiles = [authority],
            Mirrors = [new RegistryMirror(storage.Authority, mirror.Url)],
        };
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(storage), Descriptor));
        Assert.DoesNotContain(storage.Requests, r => r.Path == "/data");
        Assert.Contains("from https to plain http", fixture.Log.Text, StringComparison.Ordinal);
    }

    private static Task RequireBasic(HttpContext context, Func<Task> then) =>
        context.Request.Headers.Authorization.Count == 0 ? context.ChallengeAsync("Basic realm=\"r\"") : then();

    private static Task RequireBasicUnlessData(HttpContext context, Func<Task> then) =>
        context.Request.Path == "/data" ? context.BlobAsync(Blob) : RequireBasic(context, then);
}

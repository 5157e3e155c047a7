using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Transport;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Authentication;

public sealed class BasicTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");

    [Fact]
    public async Task User_and_password_are_shown_once_the_registry_asks_and_from_then_on()
    {
        await using var server = await StartAsync("us\u00e9r:p\u00e4ss:word");
        using var fixture = new ClientFixture().WithPassword(server.Authority, "us\u00e9r", "p\u00e4ss:word");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Equal([false, true, true], server.Requests.Select(r => r.Authorization is not null));
    }

    [Fact]
    public async Task Wrong_credentials_are_an_error_that_names_their_source_and_not_themselves()
    {
        await using var server = await StartAsync("user:right");
        using var fixture = new ClientFixture().WithPassword(server.Authority, "user", "wr0ng");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains(Path.Combine(fixture.DirectoryPath, "config.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains($"docker login {server.Authority}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", error + fixture.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("user:wr0ng"u8), error + fixture.Log.Text, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Missing_credentials_are_an_error_that_says_how_to_log_in()
    {
        await using var server = await StartAsync("user:right");
        using var fixture = new ClientFixture().WithPassword("other.example", "user", "right");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("none are stored", error.Message, StringComparison.Ordinal);
        Assert.Contains($"docker login {server.Authority}", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("Negotiate")]
    [InlineData("")]
    public async Task A_scheme_that_is_not_supported_is_an_error_that_names_those_that_are(string challenge)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync(challenge));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal(
            $"{server.Authority}: the registry asks for authentication (401) in no way that is supported. "
            + "Use a registry or a mirror that takes Bearer or Basic.",
            error.Message);
    }

    [Fact]
    public async Task Credentials_are_withheld_where_anyone_could_overhear_them()
    {
        var options = ClientFixture.Defaults with
        {
            Mirrors = [RegistryMirror.Parse("docker.io=http://mirror.example"), RegistryMirror.Parse("docker.io=http://listed.example")],
            PlainHttpRegistries = ["listed.example"],
        };
        Assert.Equal([false, true, true], RegistryEndpoint.Select("docker.io", options).Select(e => e.AcceptsCredentials));

        await using var server = await StartAsync("user:right");
        using var fixture = new ClientFixture().WithPassword(server.Authority, "user", "right");
        using var channel = new RegistryChannel(fixture.Options, fixture.Log, fixture.Time);
        var endpoint = new RegistryEndpoint(server.Authority, server.Url, "", AcceptsCredentials: false);
        await Assert.ThrowsAsync<RegistryException>(
            () => new ManifestClient(channel, InputLimits.Default, fixture.Log).GetAsync(endpoint, ClientFixture.Image(server), fixture.Budget, default));
        Assert.Null(Assert.Single(server.Requests).Authorization);
        Assert.Contains("not sent", fixture.Log.Text, StringComparison.Ordinal);
    }

    private static Task<ScriptedServer> StartAsync(string userAndPassword) => ScriptedServer.StartAsync(c =>
        c.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword))
            ? c.ManifestAsync(Manifest, "application/json")
            : c.ChallengeAsync("Basic realm=\"test\""));
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Authentication;

/// <summary>Registries that take one scheme, and then want another.</summary>
public sealed class SeveralChallengesTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
    private static readonly string Password = "Basic " + Convert.ToBase64String("user:right"u8);

    [Fact]
    public async Task A_refused_token_followed_by_a_Basic_challenge_is_answered()
    {
        await using var server = await StartAsync(c => c.Request.Headers.Authorization.Count == 0 ? Bearer(c) : "Basic realm=\"r\"");
        using var fixture = new ClientFixture().WithPassword(server.Authority, "user", "right");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Equal(
            [null, "Bearer T", Password, Password],
            server.Requests.Where(static r => r.Path != "/token").Select(static r => r.Authorization));
    }

    [Fact]
    public async Task An_empty_registry_token_does_not_hide_a_password()
    {
        await using var server = await StartAsync(_ => "Basic realm=\"r\"");
        using var fixture = new ClientFixture().WithDockerConfig(
            $$$"""{"auths":{"{{{server.Authority}}}":{"registrytoken":"","username":"user","password":"right"} } }""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(400)]
    [InlineData(404)]
    public async Task Basic_is_tried_when_the_token_server_does_not_give_a_token(int status)
    {
        await using var server = await StartAsync(c => $"{Bearer(c)}, Basic realm=\"r\"", c => c.ErrorAsync(status));
        using var fixture = new ClientFixture().WithPassword(server.Authority, "user", "right");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
    }

    [Fact]
    public async Task Each_scheme_is_tried_once()
    {
        await using var server = await StartAsync(c => $"{Bearer(c)}, Basic realm=\"r\"");
        using var fixture = new ClientFixture().WithPassword(server.Authority, "user", "wr0ng");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("with the credentials from", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
    }

    private static string Bearer(HttpContext context) => $"Bearer realm=\"http://{context.Request.Host}/token\"";

    /// <summary>A registry that takes only the password, whatever it asks for.</summary>
    private static Task<ScriptedServer> StartAsync(Func<HttpContext, string> challenge, RequestDelegate? token = null) =>
        ScriptedServer.StartAsync(c =>
            c.Request.Path == "/token" ? token?.Invoke(c) ?? c.JsonAsync("""{"token":"T"}""")
            : c.Request.Headers.Authorization == Password ? c.ManifestAsync(Manifest, "application/json")
            : c.ChallengeAsync(challenge(c)));
}

using System.Net;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Authentication;

/// <summary>What a user is told when a registry or its token server gives no access.</summary>
public sealed class RefusalTests
{
    private const string NoHelper = """{"credsStore":"reprobuild-is-not-there"}""";
    private const string Problem = "The credential helper docker-credential-reprobuild-is-not-there that Docker's configuration names cannot be run";

    [Fact]
    public async Task A_refusal_without_credentials_says_how_to_log_in_and_no_more()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync("Basic realm=\"r\""));
        using var fixture = new ClientFixture().WithDockerConfig("{}");
        var error = await FailAsync(fixture, server.Authority);
        Assert.Equal(
            $"{server.Authority}: access is refused (401) without credentials, and none are stored for it. Log in with: docker login "
            + $"{server.Authority}. Many registries also answer so for an image that does not exist: check the name.",
            error.Message);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task Why_there_are_no_credentials_is_told_when_the_registry_refuses()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync("Basic realm=\"r\""));
        using var fixture = new ClientFixture().WithDockerConfig(NoHelper);
        var error = await FailAsync(fixture, server.Authority);
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("access is refused (401)", error.Message, StringComparison.Ordinal);
        Assert.Contains(Problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(404, false)]
    public async Task Why_there_are_no_credentials_is_told_when_the_token_server_refuses_and_not_when_it_fails(int status, bool isTold)
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(status));
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync($"Bearer realm=\"{tokens.Url}\""));
        using var fixture = new ClientFixture().WithDockerConfig(NoHelper);
        var error = await FailAsync(fixture, server.Authority);
        Assert.Equal(status, (int?)error.StatusCode);
        Assert.Equal(isTold, error.Message.Contains(Problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_server_that_is_not_there_is_not_an_image_that_is_not_there()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(404));
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync($"Bearer realm=\"{tokens.Url}token?key=HIDDEN\""));
        using var fixture = new ClientFixture();
        Assert.Equal(
            $"{server.Authority}: there is no token server at {tokens.Url}token (404), where the registry says that one is. "
            + "Check that the registry's address is right, or use a mirror.",
            (await FailAsync(fixture, server.Authority)).Message);
    }

    [Fact]
    public async Task Of_several_failures_the_first_is_told()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(c.Request.Path == "/first" ? 404 : 403));
        await using var server = await ScriptedServer.StartAsync(
            c => c.ChallengeAsync($"Bearer realm=\"{tokens.Url}first\", Bearer realm=\"{tokens.Url}second\""));
        using var fixture = new ClientFixture();
        Assert.Equal(HttpStatusCode.NotFound, (await FailAsync(fixture, server.Authority)).StatusCode);
        Assert.Equal(["/first", "/second"], tokens.Requests.Select(static request => request.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_challenge_is_logged_with_whether_there_are_credentials(bool found)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ChallengeAsync("basic realm=\"r\""));
        using var fixture = found ? new ClientFixture().WithPassword(server.Authority, "user", "hunter2") : new ClientFixture();
        await FailAsync(fixture, server.Authority);
        Assert.Contains(
            $"Debug: {server.Authority} asks for Basic authentication; credentials found: {found}", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_asked_for_by_the_bytes_of_its_name()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync("""{"token":"T"}"""));
        await using var server = new RawServer(request => request.Find("Authorization") is null
            ? RawServer.Answer(401, [], $"WWW-Authenticate: Bearer realm=\"{tokens.Url}\",service=\"r\u00e9gistre \u0080/~\"")
            : RawServer.Answer(200, "{\"schemaVersion\":2}"u8, "Content-Type: application/json"));
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Authority}/team/app:1"), default);
        Assert.Equal("?service=r%E9gistre%20%80%2F~&scope=repository%3Ateam%2Fapp%3Apull", Assert.Single(tokens.Requests).Query);
    }

    private static Task<RegistryException> FailAsync(ClientFixture fixture, string registry) => Assert.ThrowsAsync<RegistryException>(
        () => fixture.Client.GetManifestAsync(ImageReference.Parse($"{registry}/team/app:1"), default));
}

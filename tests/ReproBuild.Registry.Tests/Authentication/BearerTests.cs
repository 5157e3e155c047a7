using System.Net;
using System.Text;
using System.Web;
using Microsoft.AspNetCore.Http;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Authentication;

public sealed class BearerTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task An_anonymous_token_is_fetched_for_pulling_this_repository_and_used_until_it_expires(string property)
    {
        var issued = 0;
        await using var tokens = await ScriptedServer.StartAsync(
            c => c.JsonAsync($$"""{"{{property}}":"T{{Interlocked.Increment(ref issued)}}","expires_in":300}"""));
        await using var registry = await StartRegistryAsync($"{tokens.Url}token?account=x", a => a == $"Bearer T{issued}");
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(registry);

        await fixture.Client.GetManifestAsync(image, default);
        await fixture.Client.GetManifestAsync(image, default);
        var request = Assert.Single(tokens.Requests);
        Assert.Equal("GET", request.Method);
        Assert.Null(request.Authorization);
        var query = HttpUtility.ParseQueryString(request.Query);
        Assert.Equal(("x", "reg & istry", "repository:team/app:pull"), (query["account"], query["service"], query["scope"]));

        fixture.Time.Advance(TimeSpan.FromSeconds(291));
        await fixture.Client.GetManifestAsync(image, default);
        Assert.Equal(2, tokens.Requests.Count);
    }

    [Fact]
    public async Task Each_repository_has_its_own_token()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync($$"""{"token":"{{Hex(c.Request.Query["scope"].ToString())}}"}"""));
        await using var registry = await ScriptedServer.StartAsync(c =>
        {
            var repository = c.Request.Path.Value!["/v2/".Length..].Split("/manifests/")[0];
            return c.Request.Headers.Authorization == "Bearer " + Hex($"repository:{repository}:pull")
                ? c.ManifestAsync(Manifest, "application/json")
                : c.ChallengeAsync($"Bearer realm=\"{tokens.Url}\",scope=\"repository:{repository}:pull,push,delete\"");
        });
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry, "a/b"), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry, "a/c"), default);
        Assert.Equal(2, tokens.Requests.Count);
    }

    [Fact]
    public async Task The_password_goes_to_the_token_server_and_never_to_the_registry()
    {
        await using var tokens = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("user:pw"u8) ? c.JsonAsync("""{"token":"T"}""") : c.ErrorAsync(401));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "pw");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Equal([null, "Bearer T"], registry.Requests.Select(r => r.Authorization));
    }

    [Fact]
    public async Task An_identity_token_is_exchanged_by_POST()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync("""{"access_token":"T","expires_in":60}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture().WithDockerConfig(
            $$$"""{"auths":{"{{{registry.Authority}}}":{"auth":"PHRva2VuPjo=","identitytoken":"ID/TOKEN+1"} } }""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        var request = Assert.Single(tokens.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("", request.Query);
        var form = HttpUtility.ParseQueryString(request.Body);
        Assert.Equal("refresh_token", form["grant_type"]);
        Assert.Equal("ID/TOKEN+1", form["refresh_token"]);
        Assert.Equal("reg & istry", form["service"]);
        Assert.Equal("repository:team/app:pull", form["scope"]);
        Assert.False(string.IsNullOrEmpty(form["client_id"]));
        Assert.DoesNotContain("ID/TOKEN", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_token_is_shown_as_it_is()
    {
        await using var registry = await StartRegistryAsync("http://127.0.0.1:1/never", a => a == "Bearer READY");
        using var fixture = new ClientFixture().WithDockerConfig($$$"""{"auths":{"{{{registry.Authority}}}":{"registrytoken":"READY"} } }""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
    }

    [Fact]
    public async Task A_token_that_the_registry_no_longer_takes_is_replaced()
    {
        var issued = 0;
        await using var tokens = await ScriptedServer.StartAsync(
            c => c.JsonAsync($$"""{"token":"T{{Interlocked.Increment(ref issued)}}","expires_in":3600}"""));
        var accepted = "Bearer T1";
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == accepted);
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        accepted = "Bearer T2";
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Equal(2, issued);
    }

    /// <summary>Some registries say 403 to a token that was good for an earlier request and no longer is.</summary>
    [Fact]
    public async Task A_token_of_an_earlier_request_that_is_forbidden_is_replaced_once()
    {
        var issued = 0;
        await using var tokens = await ScriptedServer.StartAsync(
            c => c.JsonAsync($$"""{"token":"T{{Interlocked.Increment(ref issued)}}","expires_in":3600}"""));
        var accepted = "Bearer T1";
        await using var registry = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization == accepted ? c.ManifestAsync(Manifest, "application/json")
            : c.Request.Headers.Authorization.Count > 0 ? c.ErrorAsync(403, "DENIED")
            : c.ChallengeAsync($"Bearer realm=\"{tokens.Url}\""));
        // One place among the host's requests: the one of the refused request must be free for the next.
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxConcurrentDownloads = 1 });
        var image = ClientFixture.Image(registry);
        await fixture.Client.GetManifestAsync(image, default);
        accepted = "Bearer T2";
        await fixture.Client.GetManifestAsync(image, default);
        accepted = "none";
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(image, default));
        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Equal(3, issued);
        Assert.Equal(
            [null, "Bearer T1", "Bearer T1", null, "Bearer T2", "Bearer T2", null, "Bearer T3"],
            registry.Requests.Select(static r => r.Authorization));
    }

    [Fact]
    public async Task Requests_at_once_ask_for_one_token()
    {
        var issued = 0;
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync($$"""{"token":"T{{Interlocked.Increment(ref issued)}}"}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T1");
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(registry);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.Client.GetManifestAsync(image, default)));
        Assert.Equal(1, issued);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",service=\"\"", null)]
    [InlineData(",service=\"a&b\"", "a&b")]
    public async Task The_service_is_named_where_the_registry_names_it(string parameter, string? service)
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync("""{"token":"T"}"""));
        await using var registry = await ScriptedServer.StartAsync(c => c.Request.Headers.Authorization == "Bearer T"
            ? c.ManifestAsync(Manifest, "application/json")
            : c.ChallengeAsync($"Bearer realm=\"{tokens.Url}\"{parameter}"));
        using (var fixture = new ClientFixture())
        {
            await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        }

        using (var fixture = new ClientFixture().WithDockerConfig($$$"""{"auths":{"{{{registry.Authority}}}":{"identitytoken":"ID"} } }"""))
        {
            await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        }

        Assert.Equal(service, HttpUtility.ParseQueryString(tokens.Requests[0].Query)["service"]);
        Assert.Equal(service ?? "", HttpUtility.ParseQueryString(tokens.Requests[1].Body)["service"]);
    }

    [Fact]
    public async Task An_answer_of_more_than_a_mebibyte_holds_no_token()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync($$"""{"token":"T","more":"{{new string('x', 1 << 20)}}"}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Equal(
            $"{registry.Authority}: the answer of the token server {tokens.Authority} holds no token. Check that the registry's address is right.",
            error.Message);
    }

    [Theory]
    [InlineData(401, "access is refused (401) without credentials, and none are stored for it")]
    [InlineData(403, "a token of")]
    [InlineData(400, "a token of")]
    public async Task What_a_token_server_says_to_everyone_is_told(int status, string message)
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(status));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Equal(status, (int?)error.StatusCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task What_a_token_server_says_to_credentials_names_their_source(int status)
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(c.Request.Headers.Authorization.Count > 0 ? status : 404));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "hunter2");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains($"access is refused ({status}) with the credentials from", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Log in again with: docker login {registry.Authority}", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, tokens.Requests.Count);
    }

    [Fact]
    public async Task A_token_server_that_fails_for_a_while_is_asked_again()
    {
        var requests = 0;
        await using var tokens = await ScriptedServer.StartAsync(
            c => Interlocked.Increment(ref requests) == 1 ? c.ErrorAsync(503) : c.JsonAsync("""{"token":"T"}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Single(fixture.Time.Waits);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"with space"}""")]
    [InlineData("""{"token":"line\r\nX-Injected: 1"}""")]
    [InlineData("""{"token":7}""")]
    [InlineData("<html>")]
    public async Task An_answer_without_a_usable_token_is_an_error(string answer)
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.JsonAsync(answer));
        await using var registry = await StartRegistryAsync($"{tokens.Url}token?key=HIDDEN", _ => false);
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains("holds no token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("HIDDEN", error + fixture.Log.Text, StringComparison.Ordinal);
        Assert.Equal(new Uri(tokens.Url, "token"), error.Url);
    }

    [Fact]
    public async Task Credentials_that_the_token_server_refuses_are_named_by_their_source()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.ErrorAsync(401, "UNAUTHORIZED"));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "hunter2");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error + fixture.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth")]
    [InlineData("identitytoken")]
    public async Task Credentials_that_the_token_server_refuses_do_not_keep_a_public_image(string kind)
    {
        await using var tokens = await ScriptedServer.StartAsync(c =>
            c.Request.Headers.Authorization.Count > 0 || c.Request.Method == "POST" ? c.ErrorAsync(401) : c.JsonAsync("""{"token":"T"}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture().WithDockerConfig(
            $$$"""{"auths":{"{{{registry.Authority}}}":{"{{{kind}}}":"{{{Convert.ToBase64String("user:hunter2"u8)}}}"} } }""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Equal(2, tokens.Requests.Count);
        Assert.Equal(("GET", null), (tokens.Requests[1].Method, tokens.Requests[1].Authorization));
        Assert.Contains("Warning: The token server of", fixture.Log.Text, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(fixture.DirectoryPath, "config.json"), fixture.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fixture.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("user:hunter2"u8), fixture.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_credentials_are_the_error_of_an_image_that_is_not_public()
    {
        await using var tokens = await ScriptedServer.StartAsync(
            c => c.Request.Headers.Authorization.Count > 0 ? c.ErrorAsync(403) : c.JsonAsync("""{"token":"EVERYONE"}"""));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "hunter2");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains("with the credentials from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_servers_redirect_on_itself_is_followed_with_the_password()
    {
        await using var tokens = await ScriptedServer.StartAsync(c =>
            c.Request.Path == "/" ? c.RedirectAsync("/new/token?moved=1")
            : c.Request.Headers.Authorization.Count == 1 ? c.JsonAsync("""{"token":"T"}""") : c.ErrorAsync(401));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "pw");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Equal("?moved=1", tokens.Requests[^1].Query);
    }

    [Fact]
    public async Task A_token_servers_redirect_to_another_server_over_TLS_is_followed_without_the_password()
    {
        using var certificates = new TestCertificateChain();
        await using var other = await ScriptedServer.StartAsync(c => c.JsonAsync("""{"token":"T"}"""), certificates.Presented);
        await using var tokens = await ScriptedServer.StartAsync(c => c.RedirectAsync(new Uri(other.Url, "/token").ToString()));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), a => a == "Bearer T");
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "pw");
        var path = Path.Combine(fixture.DirectoryPath, "ca.pem");
        certificates.WriteRoot(path);
        fixture.Options = fixture.Options with { CertificateAuthorityFiles = [path] };
        await fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default);
        Assert.Null(Assert.Single(other.Requests).Authorization);
    }

    [Fact]
    public async Task A_token_servers_redirect_to_another_server_over_plain_HTTP_is_not_followed()
    {
        await using var thief = await ScriptedServer.StartAsync(c => c.JsonAsync("""{"token":"T"}"""));
        await using var tokens = await ScriptedServer.StartAsync(c => c.RedirectAsync(thief.Url.ToString()));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "pw");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains("over plain HTTP", error.Message, StringComparison.Ordinal);
        Assert.Empty(thief.Requests);
    }

    [Fact]
    public async Task A_token_server_that_redirects_in_a_circle_is_given_up()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.RedirectAsync("/again"));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture();
        await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Equal(11, tokens.Requests.Count);
    }

    [Fact]
    public async Task An_identity_token_follows_no_redirect()
    {
        await using var tokens = await ScriptedServer.StartAsync(c => c.RedirectAsync("/again"));
        await using var registry = await StartRegistryAsync(tokens.Url.ToString(), _ => false);
        using var fixture = new ClientFixture().WithDockerConfig(
            $$$"""{"auths":{"{{{registry.Authority}}}":{"identitytoken":"ID"} } }""");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains("an identity token is sent only to the token server", error.Message, StringComparison.Ordinal);
        Assert.Single(tokens.Requests);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static Task<ScriptedServer> StartRegistryAsync(string realm, Func<string, bool> accepts) => ScriptedServer.StartAsync(c =>
        accepts(c.Request.Headers.Authorization.ToString())
            ? c.ManifestAsync(Manifest, "application/json")
            : c.ChallengeAsync($"Bearer realm=\"{realm}\",service=\"reg & istry\",scope=\"repository:team/app:pull\""));
}

using System.Text;
using ReproBuild.Registry.Credentials;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Credentials;

/// <summary>The ways to say that there are no credentials.</summary>
public sealed class NoCredentialsTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");

    public static TheoryData<string> Nothing =>
    [
        "",
        " \n",
        "null",
        "{}",
        """{"auths":null,"credHelpers":null,"credsStore":null}""",
        """{"auths":{},"credHelpers":{},"credsStore":""}""",
        """{"credHelpers":{"HOST":""}}""",
        """{"credHelpers":{"HOST":null}}""",
        """{"credHelpers":{"HOST":"","other.example":7}}""",
        """{"credHelpers":{"HOST":""},"credsStore":"reprobuild-none"}""",
        """{"credsStore":" "}""",
        """{"auths":{"HOST":{}}}""",
        """{"auths":{"HOST":null}}""",
        """{"auths":{"HOST":{},"other.example":"x"}}""",
        """{"auths":{"HOST":{"auth":""}}}""",
        """{"auths":{"HOST":{"auth":null}}}""",
        """{"auths":{"HOST":{"auth":"Og=="}}}""",
        """{"auths":{"HOST":{"auth":"OgAA"}}}""",
        """{"auths":{"HOST":{"auth":" "}}}""",
        """{"auths":{"HOST":{"auth":"","username":"","password":"","email":"","identitytoken":"","registrytoken":""}}}""",
        """{"auths":{"HOST":{"identitytoken":null,"registrytoken":null,"username":null,"password":null}}}""",
        """{"auths":{"HOST":{"username":"u"}}}""",
        """{"auths":{"HOST":{"password":"p"}}}""",
    ];

    [Theory]
    [MemberData(nameof(Nothing))]
    public async Task No_credentials_are_no_credentials_however_they_are_spelt(string json)
    {
        await using var server = await StartAsync("");
        using var fixture = new ClientFixture();
        fixture.WithDockerConfig(json.Replace("HOST", server.Authority, StringComparison.Ordinal));
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Null(server.Requests.Single(r => r.Path == "/token").Authorization);
        Assert.DoesNotContain("Warning", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_entry_does_not_hide_another_that_means_the_same()
    {
        var file = DockerConfigFile.Parse(
            "config.json", Encoding.UTF8.GetBytes("""{"auths":{"ghcr.io":{},"https://ghcr.io":{"username":"u","password":"p"}}}"""));
        Assert.Equal("u", file.FindCredential("ghcr.io")?.UserName);
    }

    [Theory]
    [InlineData("credsStore")]
    [InlineData("credHelpers")]
    public async Task A_helper_that_is_not_installed_is_a_warning_for_a_public_image(string setting)
    {
        await using var server = await StartAsync("");
        using var fixture = new ClientFixture();
        fixture.WithDockerConfig(Configure(setting, "reprobuild-none", server));
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Contains("Warning: No credentials are used for", fixture.Log.Text, StringComparison.Ordinal);
        Assert.Contains("docker-credential-reprobuild-none", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic realm=r")]
    [InlineData("Bearer realm=TOKEN")]
    public async Task A_helper_that_is_not_installed_is_named_when_the_registry_refuses(string challenge)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Request.Path == "/token"
            ? c.ErrorAsync(401)
            : c.ChallengeAsync(challenge.Replace("TOKEN", $"\"http://{c.Request.Host}/token\"", StringComparison.Ordinal)));
        using var fixture = new ClientFixture();
        fixture.WithDockerConfig(Configure("credsStore", "reprobuild-none", server));
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("docker login", error.Message, StringComparison.Ordinal);
        Assert.Contains("docker-credential-reprobuild-none", error.Message, StringComparison.Ordinal);
        Assert.Contains("Put it on PATH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_asked_when_the_helper_has_nothing()
    {
        await using var server = await StartAsync("Basic " + Convert.ToBase64String("u:p"u8));
        using var fixture = new ClientFixture();
        fixture.WithDockerConfig(
            $$$"""{"credsStore":"reprobuild-none","auths":{"{{{server.Authority}}}":{"username":"u","password":"p"} } }""");
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.DoesNotContain("No credentials", fixture.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"token":"","access_token":"T"}""")]
    [InlineData("""{"token":null,"access_token":"T","expires_in":null}""")]
    [InlineData("""{"token":"T","access_token":""}""")]
    [InlineData("""{"token":"T","access_token":null,"expires_in":"","issued_at":null,"refresh_token":""}""")]
    public async Task An_empty_member_of_a_token_answer_is_none(string answer)
    {
        await using var server = await StartAsync("", answer);
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
    }

    [Fact]
    public async Task An_empty_service_is_none()
    {
        await using var server = await StartAsync("", challenge: "Bearer realm=\"http://HOST/token\",service=\"\",scope=\"\"");
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.DoesNotContain("service", server.Requests.Single(r => r.Path == "/token").Query, StringComparison.Ordinal);
    }

    private static string Configure(string setting, string helper, ScriptedServer server) => setting == "credsStore"
        ? $$"""{"credsStore":"{{helper}}"}"""
        : $$$"""{"credHelpers":{"{{{server.Authority}}}":"{{{helper}}}"}}""";

    /// <summary>A registry whose token server gives a token to whom has the right authorization, or none.</summary>
    private static Task<ScriptedServer> StartAsync(
        string authorization, string answer = """{"token":"T"}""", string challenge = "Bearer realm=\"http://HOST/token\"") =>
        ScriptedServer.StartAsync(c =>
            c.Request.Path == "/token"
                ? c.Request.Headers.Authorization.ToString() == authorization ? c.JsonAsync(answer) : c.ErrorAsync(401)
            : c.Request.Headers.Authorization == "Bearer T" ? c.ManifestAsync(Manifest, "application/json")
            : c.ChallengeAsync(challenge.Replace("HOST", c.Request.Host.Value, StringComparison.Ordinal)));
}

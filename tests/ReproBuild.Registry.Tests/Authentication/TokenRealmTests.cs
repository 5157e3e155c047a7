using ReproBuild.Registry.Authentication;
using ReproBuild.Registry.Transport;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Authentication;

public sealed class TokenRealmTests
{
    [Theory]
    [InlineData("https://registry.example", "https://auth.example/token")]
    [InlineData("http://127.0.0.1:5000", "https://auth.example/token")]
    [InlineData("http://127.0.0.1:5000", "http://localhost:5001/token")]
    [InlineData("http://plain.example:5000", "http://plain.example:5001/token")]
    public void Token_servers_no_easier_to_overhear_than_the_registry_are_asked(string registry, string realm) =>
        Assert.Equal(realm, TokenRealm.Parse(realm, EndpointOf(registry)).AbsoluteUri);

    [Theory]
    [InlineData("https://registry.example", "http://registry.example/token")]
    [InlineData("https://registry.example", "http://127.0.0.1/token")]
    [InlineData("http://127.0.0.1:5000", "http://evil.example/token")]
    [InlineData("http://plain.example:5000", "http://evil.example/token")]
    [InlineData("http://plain.example:5000", "http://127.0.0.1/token")]
    [InlineData("https://registry.example", "https://user:pw@auth.example/token")]
    [InlineData("https://registry.example", "file:///etc/passwd")]
    [InlineData("https://registry.example", "/token")]
    [InlineData("https://registry.example", "")]
    [InlineData("https://registry.example", null)]
    public void Others_are_refused(string registry, string? realm) =>
        Assert.Matches(
            "^registry: the token server in the registry's challenge .+, so it is not asked. Use a registry whose token server speaks https",
            Assert.Throws<RegistryException>(() => TokenRealm.Parse(realm, EndpointOf(registry))).Message);

    [Fact]
    public async Task A_hostile_realm_gets_no_request_at_all()
    {
        await using var registry = await ScriptedServer.StartAsync(
            c => c.ChallengeAsync("Bearer realm=\"http://evil.example/?leak=1\",service=\"s\""));
        using var fixture = new ClientFixture().WithPassword(registry.Authority, "user", "hunter2");
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(registry), default));
        Assert.Contains("evil.example over plain HTTP, so it is not asked", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("leak", error.Message, StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    private static RegistryEndpoint EndpointOf(string url) => new("registry", new Uri(url), "", true);
}

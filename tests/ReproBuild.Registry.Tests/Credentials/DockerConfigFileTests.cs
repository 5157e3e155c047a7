using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Registry.Credentials;

namespace ReproBuild.Registry.Tests.Credentials;

public sealed class DockerConfigFileTests
{
    private const string UserPassword = "dXNlcjpwYXNz"; // user:pass

    [Theory]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("registry-1.docker.io", "docker.io")]
    [InlineData("ghcr.io", "ghcr.io")]
    [InlineData("https://ghcr.io", "ghcr.io")]
    [InlineData("http://host:5000/v2/", "host:5000")]
    [InlineData("HOST:5000", "host:5000")]
    public void Keys_mean_registries(string key, string registry)
    {
        var credential = Parse($$$"""{"auths":{"{{{key}}}":{"auth":"{{{UserPassword}}}"} } }""").FindCredential(registry);
        Assert.Equal(("user", "pass"), (credential?.UserName, credential?.Password));
    }

    [Theory]
    [InlineData("ghcr.io", "ghcr.io.evil.example")]
    [InlineData("host:5000", "host")]
    [InlineData("host", "host:5000")]
    [InlineData("example.com", "sub.example.com")]
    public void A_key_means_no_other_registry(string key, string registry) =>
        Assert.Null(Parse($$$"""{"auths":{"{{{key}}}":{"auth":"{{{UserPassword}}}"} } }""").FindCredential(registry));

    [Fact]
    public void The_exact_key_wins()
    {
        var file = Parse(
            $$$"""{"auths":{"docker.io":{"username":"other","password":"x"},"https://index.docker.io/v1/":{"auth":"{{{UserPassword}}}"} } }""");
        Assert.Equal("user", file.FindCredential("docker.io")?.UserName);
    }

    [Fact]
    public void A_helper_for_a_registry_wins_over_the_common_store()
    {
        var file = Parse("""{"credsStore":"desktop","credHelpers":{"gcr.io":"gcloud"}}""");
        Assert.Equal("gcloud", file.FindHelper("gcr.io"));
        Assert.Equal("desktop", file.FindHelper("ghcr.io"));
        Assert.Null(Parse("{}").FindHelper("ghcr.io"));
    }

    [Fact]
    public void An_empty_entry_of_a_credential_store_holds_nothing() => Assert.Null(Parse("""{"auths":{"ghcr.io":{}}}""").FindCredential("ghcr.io"));

    [Fact]
    public void Other_settings_do_not_matter() =>
        Assert.Null(Parse("""{"HttpHeaders":{"a":"b"},"auths":null,"proxies":[1,2],"detachKeys":7}""").FindCredential("ghcr.io"));

    [Theory]
    [InlineData("{\n \"auths\": s3cret", "line 2")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"auths":["s3cret"]}""", "auths")]
    [InlineData("""{"auths":{"ghcr.io":"s3cret"}}""", "auths")]
    [InlineData("""{"credHelpers":{"ghcr.io":{"s3cret":1}}}""", "credHelpers")]
    [InlineData("""{"credsStore":["s3cret"]}""", "credsStore")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"s3cret!"}}}""", "auths[\"ghcr.io\"].auth is not base64")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"czNjcmV0"}}}""", "auths[\"ghcr.io\"].auth")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"s3cret\ud800"}}}""", "half of a surrogate pair")]
    [InlineData("""{"auths":{"ghcr.io":{"identitytoken":"s3cret\udfff"}}}""", "half of a surrogate pair")]
    [InlineData("""{"auths":{"s3cret\ud800":{}}}""", "half of a surrogate pair")]
    [InlineData("""{"credHelpers":{"ghcr.io":"s3cret\ud800"}}""", "half of a surrogate pair")]
    [InlineData("""{"credsStore":"s3cret\ud800"}""", "half of a surrogate pair")]
    [InlineData("""{"auths":{"ghcr.io":{"registrytoken":"s3cret\nX: y"}}}""", "auths[\"ghcr.io\"].registrytoken holds")]
    [InlineData("""{"auths":{"ghcr.io":{"registrytoken":"s3cret\u0000"}}}""", "auths[\"ghcr.io\"].registrytoken holds")]
    [InlineData("""{"auths":{"ghcr.io":{"registrytoken":"s3cret\u00e9"}}}""", "auths[\"ghcr.io\"].registrytoken holds")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":["s3cret"]}}}""", "auths[\"ghcr.io\"].auth is not a string")]
    public void A_malformed_file_is_an_error_that_names_the_place_and_no_value(string json, string place)
    {
        var error = Assert.Throws<ReproBuildException>(() => (Parse(json).FindHelper("ghcr.io"), Parse(json).FindCredential("ghcr.io")));
        Assert.StartsWith("/home/u/.docker/config.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("czNjcmV0", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_is_malformed() => Assert.Throws<ReproBuildException>(() => DockerConfigFile
        .Parse("config.json", (byte[])[.. """{"credsStore":"x"""u8, 0xFF, .. "\"}"u8]).FindHelper("ghcr.io"));

    [Fact]
    public void A_credentials_text_holds_no_secret() =>
        Assert.DoesNotContain("pass", RegistryCredential.FromPassword("file", "user", "pass").ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_does_not_exist_holds_nothing()
    {
        using var store = new DockerCredentialStore(Path.Combine(AppContext.BaseDirectory, "no-such-directory"), NullLogger.Instance);
        Assert.Null((await store.FindAsync("ghcr.io", default)).Credential);
    }

    private static DockerConfigFile Parse(string json) => DockerConfigFile.Parse("/home/u/.docker/config.json", Encoding.UTF8.GetBytes(json));
}

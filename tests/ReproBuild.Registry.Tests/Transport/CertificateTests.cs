using System.Text;
using ReproBuild.Registry.Content;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class CertificateTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");

    [Fact]
    public async Task A_private_authority_is_trusted_when_it_is_named_and_the_server_sends_its_intermediate()
    {
        using var certificates = new TestCertificateChain();
        using var fixture = new ClientFixture();
        await GetThroughTlsAsync(fixture, certificates, certificates);
    }

    [Fact]
    public async Task Without_it_the_error_names_the_option()
    {
        using var certificates = new TestCertificateChain();
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => GetThroughTlsAsync(fixture, certificates, null));
        Assert.Contains("CertificateAuthorityFiles", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Another_authority_does_not_help()
    {
        using var certificates = new TestCertificateChain();
        using var others = new TestCertificateChain();
        using var fixture = new ClientFixture();
        await Assert.ThrowsAsync<RegistryException>(() => GetThroughTlsAsync(fixture, certificates, others));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused_although_its_authority_is_named()
    {
        using var certificates = new TestCertificateChain("registry.example");
        using var fixture = new ClientFixture();
        await Assert.ThrowsAsync<RegistryException>(() => GetThroughTlsAsync(fixture, certificates, certificates));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no certificate at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_file_without_certificates_is_named(string? content)
    {
        using var fixture = new ClientFixture();
        var path = Path.Combine(fixture.DirectoryPath, "ca.pem");
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        var error = Assert.Throws<ReproBuildException>(() => new RegistryClient(fixture.Options with { CertificateAuthorityFiles = [path] }));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Loopback registries are asked over HTTP, so TLS is spoken with a mirror; the origin is a port that nothing listens on.</summary>
    private static async Task GetThroughTlsAsync(ClientFixture fixture, TestCertificateChain server, TestCertificateChain? trusted)
    {
        await using var registry = await ScriptedServer.StartAsync(c => c.ManifestAsync(Manifest, "application/json"), server.Presented);
        if (trusted is not null)
        {
            var path = Path.Combine(fixture.DirectoryPath, "ca.pem");
            trusted.WriteRoot(path);
            fixture.Options = fixture.Options with { CertificateAuthorityFiles = [path] };
        }

        using var channel = new RegistryChannel(fixture.Options, fixture.Log, fixture.Time);
        var endpoint = new ReproBuild.Registry.Transport.RegistryEndpoint(registry.Authority, registry.Url, "", true);
        var manifest = await new ManifestClient(channel, InputLimits.Default, fixture.Log)
            .GetAsync(endpoint, ImageReference.Parse("registry.example/a/b"), fixture.Budget, default);
        Assert.Equal(Manifest, manifest.Bytes.ToArray());
    }
}

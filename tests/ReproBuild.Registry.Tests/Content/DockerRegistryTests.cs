using System.Net.Http.Headers;
using System.Text;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Content;

/// <summary>Against a registry that somebody else wrote.</summary>
public sealed class DockerRegistryTests
{
    private const string MediaType = "application/vnd.oci.image.index.v1+json";

    private static readonly byte[] Index = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaType}}","manifests":[]}""");
    private static readonly byte[] Blob = ClientFixture.Blob(3_000_000);

    [Fact]
    public async Task Content_comes_over_plain_HTTP()
    {
        Assert.SkipUnless(DockerRegistryServer.SkipReason is null, DockerRegistryServer.SkipReason ?? "");
        await using var server = await DockerRegistryServer.StartAsync();
        await FillAsync(server);
        using var fixture = new ClientFixture();
        await AssertContentAsync(fixture, ImageReference.Parse($"{server.Host}/team/app:1"));

        var missing = await Assert.ThrowsAsync<ImageNotFoundException>(
            () => fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Host}/team/app:2"), default));
        Assert.Equal("MANIFEST_UNKNOWN", Assert.IsType<RegistryException>(missing.InnerException).ErrorCode);
    }

    [Fact]
    public async Task Content_comes_over_TLS_with_a_private_certificate_and_a_password()
    {
        Assert.SkipUnless(DockerRegistryServer.SkipReason is null, DockerRegistryServer.SkipReason ?? "");
        using var certificate = TestCertificate.Create();
        await using var server = await DockerRegistryServer.StartAsync(new DockerRegistryOptions { UserName = "puller", Certificate = certificate });
        await FillAsync(server);
        using var fixture = new ClientFixture().WithPassword(server.Host, "puller", DockerRegistryOptions.Password);
        var authority = Path.Combine(fixture.DirectoryPath, "ca.pem");
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem());
        var mirror = new RegistryMirror("registry.invalid", server.Address);
        fixture.Options = fixture.Options with { CertificateAuthorityFiles = [authority], Mirrors = [mirror] };
        await AssertContentAsync(fixture, ImageReference.Parse("registry.invalid/team/app:1"));
    }

    private static async Task AssertContentAsync(ClientFixture fixture, ImageReference image)
    {
        var manifest = await fixture.Client.GetManifestAsync(image, default);
        Assert.Equal(Index, manifest.Bytes.ToArray());
        Assert.Equal(MediaType, manifest.MediaType);
        Assert.Same(manifest, await fixture.Client.RefreshManifestAsync(image, digest => digest == manifest.Digest ? manifest : null, default));
        Assert.Equal(Index, (await fixture.Client.GetManifestAsync(image.WithDigest(manifest.Digest), default)).Bytes.ToArray());
        Assert.Equal(Blob, await fixture.DownloadAsync(image, ClientFixture.DescriptorOf(Blob)));
    }

    /// <summary>OCI distribution specification 1.1, "Pushing a blob monolithically".</summary>
    private static async Task FillAsync(DockerRegistryServer server)
    {
        using var client = server.CreateClient();
        using var start = await client.PostAsync(new Uri(server.Address, "v2/team/app/blobs/uploads/"), null);
        start.EnsureSuccessStatusCode();
        var upload = new UriBuilder(new Uri(server.Address, start.Headers.Location!));
        upload.Query += $"&digest={Digest.OfSha256(Blob)}";
        using var content = new ByteArrayContent(Blob) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var end = await client.PutAsync(upload.Uri, content);
        end.EnsureSuccessStatusCode();
        await server.PutManifestAsync("team/app", "1", MediaType, Index);
    }
}

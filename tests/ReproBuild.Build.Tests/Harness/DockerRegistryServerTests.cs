using System.Net;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Harness;

/// <summary>The real registry that other tests rely on: it serves what was pushed, asks for passwords, and speaks TLS.</summary>
public sealed class DockerRegistryServerTests
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_a_pushed_image_byte_for_byte()
    {
        SkipUnlessItCanRun();
        await using var server = await DockerRegistryServer.StartAsync(cancellationToken: Cancellation);
        await server.PushAsync(TestImages.Layout, TestImages.Busybox, "test/busybox:1", Cancellation);
        using var client = server.CreateClient();
        Assert.Equal(TestImages.ReadManifest(TestImages.Busybox), await GetManifestAsync(server, client));
    }

    [Fact]
    public async Task It_asks_for_a_password_and_takes_the_right_one()
    {
        SkipUnlessItCanRun();
        await using var server = await DockerRegistryServer.StartAsync(new DockerRegistryOptions { UserName = "someone" }, Cancellation);
        await server.PushAsync(TestImages.Layout, TestImages.Busybox, "test/busybox:1", Cancellation);
        using var stranger = new HttpClient();
        using var refused = await stranger.GetAsync(new Uri(server.Address, "v2/test/busybox/manifests/1"), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var client = server.CreateClient();
        Assert.NotEmpty(await GetManifestAsync(server, client));
    }

    [Fact]
    public async Task It_speaks_TLS_with_a_certificate_that_nobody_trusts_unasked()
    {
        SkipUnlessItCanRun();
        using var certificate = TestCertificate.Create();
        await using var server = await DockerRegistryServer.StartAsync(new DockerRegistryOptions { Certificate = certificate }, Cancellation);
        await server.PushAsync(TestImages.Layout, TestImages.Busybox, "test/busybox:1", Cancellation);
        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(server.Address, Cancellation));
        using var client = server.CreateClient();
        Assert.NotEmpty(await GetManifestAsync(server, client));
    }

    private static void SkipUnlessItCanRun()
    {
        Assert.SkipUnless(DockerRegistryServer.SkipReason is null, DockerRegistryServer.SkipReason ?? "");
        Assert.SkipUnless(TestHost.HasTestImages, TestHost.TestImagesSkipReason);
    }

    private static async Task<byte[]> GetManifestAsync(DockerRegistryServer server, HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "v2/test/busybox/manifests/1"));
        request.Headers.Accept.ParseAdd(ManifestType);
        using var response = await client.SendAsync(request, Cancellation);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation);
    }
}

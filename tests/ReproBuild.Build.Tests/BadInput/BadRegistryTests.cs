using System.Text.Json.Nodes;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.BadInput;

/// <summary>What can be wrong with a registry, shown with a real one: each error names the thing and the remedy, and nothing is harmed.</summary>
[Trait("Speed", "Slow")]
public sealed class BadRegistryTests : IDisposable
{
    private readonly BuildScene _scene = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task An_unreachable_registry()
    {
        await using var server = await StartAsync();
        var reference = await PushAsync(server);
        await server.StopAsync();
        await _scene.FailAsync<RegistryException>(Init(reference), server.Host, "cannot be reached", "Check");
    }

    [Fact]
    public async Task A_registry_that_wants_a_password()
    {
        await using var server = await StartAsync(new DockerRegistryOptions { UserName = "someone" });
        var reference = await PushAsync(server);
        await _scene.FailAsync<RegistryException>(Init(reference), server.Host, $"docker login {server.Host}");
    }

    [Fact]
    public async Task A_registry_whose_certificate_nobody_trusts()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await StartAsync(new DockerRegistryOptions { Certificate = certificate });
        await PushAsync(server);
        using var file = new TemporaryDirectory("authority");
        await File.WriteAllTextAsync(file["ca.pem"], certificate.ExportCertificatePem(), Cancellation);
        // Loopback hosts are asked over HTTP, so the address with HTTPS is a mirror's; the registry itself does not exist.
        const string Reference = "registry.invalid/test/busybox:1";
        var mirror = new RegistryMirror("registry.invalid", server.Address);
        using var distrusting = new BuildScene { Configure = options => options with { Mirrors = [mirror] } };
        await distrusting.FailAsync<RegistryException>(Init(Reference), "registry.invalid", "Check");

        using var trusting = new BuildScene { Configure = options => options with { Mirrors = [mirror], CertificateAuthorityFiles = [file["ca.pem"]] } };
        await trusting.SucceedAsync(Init(Reference));
    }

    [Theory]
    [InlineData("test/busybox:2")]
    [InlineData("test/nothing:1")]
    [InlineData("test/busybox@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task An_image_that_does_not_exist(string image)
    {
        await using var server = await StartAsync();
        await PushAsync(server);
        await _scene.FailAsync<ImageNotFoundException>(Init($"{server.Host}/{image}"), server.Host, image.Split(':', '@')[0], "does not exist", "Check");
    }

    [Fact]
    public async Task A_layer_whose_content_has_another_digest()
    {
        await using var server = await StartAsync();
        var reference = await PushAsync(server);
        var (digest, file) = Layer(server);
        var content = await File.ReadAllBytesAsync(file, Cancellation);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, content, Cancellation);
        await _scene.FailAsync<ReproBuildException>(Init(reference), digest);

        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, content, Cancellation);
        await _scene.SucceedAsync(Init(reference));
    }

    [Fact]
    public async Task A_layer_that_ends_early()
    {
        await using var server = await StartAsync();
        var reference = await PushAsync(server);
        var (digest, file) = Layer(server);
        var content = await File.ReadAllBytesAsync(file, Cancellation);
        await File.WriteAllBytesAsync(file, content[..(content.Length / 2)], Cancellation);
        await _scene.FailAsync<ReproBuildException>(Init(reference), digest);

        await File.WriteAllBytesAsync(file, content, Cancellation);
        await _scene.SucceedAsync(Init(reference));
    }

    [Fact]
    public async Task An_image_for_another_platform()
    {
        await using var server = await StartAsync();
        await server.PushAsync(TestImages.Layout, TestImages.BusyboxArm64, "test/busybox:arm64", Cancellation);
        var index = TestImageRegistry.CreateIndex((TestImages.BusyboxArm64, "arm64"));
        var reference = await server.PutManifestAsync("test/busybox", "1", TestImageRegistry.IndexType, index, Cancellation);
        await _scene.FailAsync<ReproBuildException>(Init(reference), reference, "linux/amd64", "arm64");
    }

    [Fact]
    public async Task A_kernel_image_without_a_kernel()
    {
        await using var server = await StartAsync();
        var reference = await PushAsync(server);
        await _scene.FailAsync<RootFileSystemException>($"kernel:\n  image: {reference}\n  tar: none\n", reference, "'kernel'", "binary");
    }

    private static string Init(string reference) => $"init:\n  - {reference}\n";

    private static async Task<DockerRegistryServer> StartAsync(DockerRegistryOptions? options = null)
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        return await DockerRegistryServer.StartAsync(options, Cancellation);
    }

    private static Task<string> PushAsync(DockerRegistryServer server) => server.PushAsync(TestImages.Layout, TestImages.Busybox, "test/busybox:1", Cancellation);

    /// <summary>The digest of busybox's only layer, and the file that the registry keeps it in.</summary>
    private static (string Digest, string File) Layer(DockerRegistryServer server)
    {
        var digest = (string)JsonNode.Parse(TestImages.ReadManifest(TestImages.Busybox))!["layers"]![0]!["digest"]!;
        var hex = digest["sha256:".Length..];
        return (digest, Path.Combine(server.StorageDirectory, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data"));
    }
}

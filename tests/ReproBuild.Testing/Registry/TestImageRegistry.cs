using System.Security.Cryptography;
using System.Text.Json;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Registry;

/// <summary>A real registry that serves the test images: started at first use, each image pushed when a test first asks for it.</summary>
public sealed class TestImageRegistry : IAsyncDisposable
{
    /// <summary>The media type of an OCI index.</summary>
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);
    private DockerRegistryServer? _server;

    /// <summary>Why tests that use it are skipped, or null when they can run.</summary>
    public static string? SkipReason => TestHost.HasTestImages ? DockerRegistryServer.SkipReason : TestHost.TestImagesSkipReason;

    /// <summary>The reference of a test image, such as <c>127.0.0.1:40123/test/init-amd64:1</c>.</summary>
    public async Task<string> GetAsync(string tag, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var server = await StartedAsync(cancellationToken);
            await PushAsync(server, tag, $"test/{tag}:1", cancellationToken);
            return $"{server.Host}/test/{tag}:1";
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The reference of an index of an amd64 and an arm64 image.</summary>
    public async Task<string> GetIndexAsync(string amd64, string arm64, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var server = await StartedAsync(cancellationToken);
            var repository = $"test/index-{amd64}";
            await PushAsync(server, amd64, $"{repository}:amd64", cancellationToken);
            await PushAsync(server, arm64, $"{repository}:arm64", cancellationToken);
            return await server.PutManifestAsync(repository, "1", IndexType, CreateIndex((amd64, "amd64"), (arm64, "arm64")), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>An index of test images.</summary>
    public static byte[] CreateIndex(params (string Tag, string Architecture)[] images) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        schemaVersion = 2,
        mediaType = IndexType,
        manifests = images.Select(static image => Describe(image.Tag, image.Architecture)),
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _turn.Dispose();
    }

    private static object Describe(string tag, string architecture)
    {
        var manifest = TestImages.ReadManifest(tag);
        return new
        {
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(manifest))}",
            size = manifest.Length,
            platform = new { architecture, os = "linux" },
        };
    }

    private async Task<DockerRegistryServer> StartedAsync(CancellationToken cancellationToken) =>
        _server ??= await DockerRegistryServer.StartAsync(cancellationToken: cancellationToken);

    private async Task PushAsync(DockerRegistryServer server, string tag, string repository, CancellationToken cancellationToken)
    {
        if (_pushed.Add(repository))
        {
            await server.PushAsync(TestImages.Layout, tag, repository, cancellationToken);
        }
    }
}

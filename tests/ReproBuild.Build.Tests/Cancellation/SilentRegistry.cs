using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Cancelling;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Build.Tests.Cancellation;

/// <summary>A registry with the images of a small machine. It answers in pieces; once a build is cancelled it answers nothing, and closes nothing.</summary>
internal sealed class SilentRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const int Pieces = 3;

    private readonly Dictionary<string, (byte[] Body, string MediaType)> _content = new(StringComparer.Ordinal);
    private ScriptedServer? _server;
    private readonly ConcurrentDictionary<HttpContext, string> _open = new();

    public string Authority => _server!.Authority;

    /// <summary>The build that it answers.</summary>
    public CancellationPoint? Point { get; set; }

    /// <summary>The requests that have not ended.</summary>
    public ICollection<string> Open => _open.Values;

    public static async Task<SilentRegistry> StartAsync()
    {
        var registry = new SilentRegistry();
        await registry.AddImageAsync(
            "kernel",
            [("kernel", await BytesAsync(SyntheticKernel.BzImage())), ("kernel.tar", await SmallLayer.TarAsync([("lib/modules/6.1.0/modules.dep", [])]))]);
        await registry.AddImageAsync("init", [("bin/init", Encoding.ASCII.GetBytes("init"))], [("bin/init", new byte[70_000]), ("etc/name", [1])]);
        registry._server = await ScriptedServer.StartAsync(registry.AnswerAsync);
        return registry;
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private static async Task<byte[]> BytesAsync(FileContent content)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task AddImageAsync(string name, params (string, byte[])[][] layers)
    {
        var (descriptors, diffIds) = (new List<string>(), new List<string>());
        foreach (var layer in layers)
        {
            var tar = await SmallLayer.TarAsync(layer);
            using var compressed = new MemoryStream();
            await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(tar);
            }

            descriptors.Add(AddBlob("application/vnd.oci.image.layer.v1.tar+gzip", compressed.ToArray()));
            diffIds.Add($"\"{Digest.OfSha256(tar)}\"");
        }

        var configuration = AddBlob("application/vnd.oci.image.config.v1+json", Encoding.ASCII.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', diffIds)}}}]}}"""));
        var manifest = Encoding.ASCII.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{configuration}},"layers":[{{string.Join(',', descriptors)}}]}""");
        _content[$"/v2/{name}/manifests/1"] = (manifest, ManifestType);
        _content[$"/v2/{name}/manifests/{Digest.OfSha256(manifest)}"] = (manifest, ManifestType);
    }

    private string AddBlob(string mediaType, byte[] blob)
    {
        var digest = Digest.OfSha256(blob).ToString();
        _content[digest] = (blob, "application/octet-stream");
        return $$"""{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":{{blob.Length}}}""";
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _open[context] = $"{context.Request.Method} {context.Request.Path}";
        try
        {
            await Point!.AnswerAsync(context.RequestAborted);
            var path = context.Request.Path.Value!;
            if (!_content.TryGetValue(path, out var found) && !_content.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out found))
            {
                await context.ErrorAsync(404);
                return;
            }

            await WriteAsync(context, found.Body, found.MediaType);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            _open.TryRemove(context, out _);
        }
    }

    private async Task WriteAsync(HttpContext context, byte[] body, string mediaType)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest.OfSha256(body).ToString();
        foreach (var piece in context.Request.Method == "HEAD" ? [] : body.Chunk((body.Length / Pieces) + 1))
        {
            await Point!.AnswerAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}

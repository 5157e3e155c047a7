using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ReproBuild.Core.Compression;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Testing.Crashes;

/// <summary>A kernel and a system of two layers, and the answers of a registry that has them.</summary>
internal sealed class CrashImages
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.Ordinal);

    public static async Task<CrashImages> CreateAsync()
    {
        var noise = new byte[500_000];
        new Random(9).NextBytes(noise);
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 60_000).Select(static i => $"line {i}\n")));
        var images = new CrashImages();
        var kernel = SyntheticKernel.BzImage();
        var bytes = new byte[kernel.Length];
        kernel.Read(0, bytes);
        await images.AddAsync("kernel", [("kernel", bytes), ("kernel.tar", await SmallLayer.TarAsync([]))]);
        await images.AddAsync("system", [("init", "#!/bin/sh\n"u8.ToArray()), ("noise", noise)], [("text", text), ("zeros", new byte[300_000])]);
        return images;
    }

    /// <summary>Answers a request of the distribution protocol; <paramref name="pause"/> is waited for in the middle of each blob.</summary>
    public async Task AnswerAsync(HttpContext context, TimeSpan pause)
    {
        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        var isManifest = path.Contains("/manifests/", StringComparison.Ordinal);
        if (!_content.TryGetValue(isManifest && name == "1" ? path.Split('/')[^3] : name, out var content))
        {
            await context.ErrorAsync(404);
        }
        else if (isManifest)
        {
            await context.ManifestAsync(content, Manifest);
        }
        else if (pause == TimeSpan.Zero || ScriptedAnswers.FindStart(context) > 0)
        {
            await context.BlobAsync(content);
        }
        else
        {
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await context.Response.Body.FlushAsync();
            await Task.Delay(pause);
            await context.Response.Body.WriteAsync(content.AsMemory(content.Length / 2));
        }
    }

    private async Task AddAsync(string name, params (string Name, byte[] Content)[][] layers)
    {
        var (descriptors, diffIds) = (new JsonArray(), new JsonArray());
        foreach (var files in layers)
        {
            var tar = await SmallLayer.TarAsync(files);
            using var compressed = new MemoryStream();
            await using (var gzip = new DeterministicGzipStream(compressed, leaveOpen: true))
            {
                await gzip.WriteAsync(tar);
            }

            descriptors.Add((JsonNode)Add("application/vnd.oci.image.layer.v1.tar+gzip", compressed.ToArray()));
            diffIds.Add((JsonNode)Digest.OfSha256(tar).ToString());
        }

        var configuration = new JsonObject
        {
            ["architecture"] = "amd64", ["os"] = "linux", ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
        };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["config"] = Add("application/vnd.oci.image.config.v1+json", Encoding.UTF8.GetBytes(configuration.ToJsonString())),
            ["layers"] = descriptors,
        };
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        Add(Manifest, bytes);
        _content[name] = bytes;
    }

    private JsonObject Add(string mediaType, byte[] content)
    {
        var digest = Digest.OfSha256(content).ToString();
        _content[digest] = content;
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }
}

using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

/// <summary>What is asked of servers without their knowing better, and what they do all the same.</summary>
public sealed class HttpSettingsTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2,"filler":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""");
    private static readonly byte[] Blob = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n")));

    [Fact]
    public async Task Every_request_asks_for_the_identity_and_says_nothing_of_its_caller()
    {
        var blob = ClientFixture.Blob(100);
        await using var server = await ScriptedServer.StartAsync(c =>
            c.Request.Path == "/token" ? c.JsonAsync("""{"token":"T"}""")
            : c.Request.Path == "/data" ? c.BlobAsync(blob)
            : c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync($"Bearer realm=\"http://{c.Request.Host}/token\"")
            : c.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? c.RedirectAsync("/data")
            : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture();
        using var activity = new Activity("build").Start();
        await fixture.Client.RefreshManifestAsync(ClientFixture.Image(server), _ => null, default);
        await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(blob));
        Assert.Equal(6, server.Requests.Count);
        foreach (var request in server.Requests)
        {
            Assert.Equal("identity", request.Headers["Accept-Encoding"]);
            Assert.Equal("ReproBuild", request.Headers["User-Agent"]);
            Assert.NotEmpty(request.Headers["Accept"]);
            Assert.Empty(request.Headers.Keys.Intersect(
                ["traceparent", "Request-Id", "Cookie", "Expect", "Referer", "Accept-Language"], StringComparer.OrdinalIgnoreCase));
        }
    }

    public static TheoryData<string, string> Codings => new()
    {
        { "gzip", "gzip" },
        { "X-GZIP", "gzip" },
        { "deflate", "zlib" },
        { "deflate", "deflate" },
        { "br", "br" },
        { "zstd", "zstd" },
        { "gzip, br", "gzip br" },
        { "identity", "" },
        { "aws-chunked", "" },
        { "aws-chunked,gzip", "gzip" },
        { "gzip", "" },
        { "zstd", "" },
    };

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_coding_that_comes_unasked_is_undone(string label, string applied)
    {
        var (manifest, blob, token) = (Encode(Manifest, applied), Encode(Blob, applied), Encode("""{"token":"T"}"""u8.ToArray(), applied));
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.ContentEncoding = label;
            c.Response.Headers["Docker-Content-Digest"] = Digest.OfSha256(Manifest).ToString();
            return c.Request.Path == "/token" ? c.BodyAsync(token)
                : c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync($"Bearer realm=\"http://{c.Request.Host}/token\"")
                : c.BodyAsync(c.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? blob : manifest);
        });
        using var fixture = new ClientFixture();
        Assert.Equal(Manifest, (await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default)).Bytes.ToArray());
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blob_that_is_compressed_itself_may_be_labelled_so(bool announced)
    {
        var layer = Encode(Blob, "gzip");
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.Headers.ContentEncoding = "gzip";
            c.Response.ContentLength = announced ? layer.Length : null;
            await c.Response.Body.WriteAsync(layer);
        });
        using var fixture = new ClientFixture();
        Assert.Equal(layer, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(layer)));
    }

    [Fact]
    public async Task An_encoded_download_that_breaks_starts_again()
    {
        var encoded = Encode(Blob, "gzip");
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.ContentEncoding = "gzip";
            return c.BodyAsync(encoded, Interlocked.Increment(ref requests) == 1 ? encoded.Length / 2 : null);
        });
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.DoesNotContain(server.Requests, r => r.Headers.ContainsKey("Range"));
    }

    [Theory]
    [InlineData("compress")]
    [InlineData("gzip, secret-sauce")]
    public async Task A_coding_that_cannot_be_undone_is_named(string label)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.ContentEncoding = label;
            return c.BodyAsync(Manifest);
        });
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(server);
        foreach (var ask in (Func<Task>[])[
            () => fixture.Client.GetManifestAsync(image, default), () => fixture.DownloadAsync(image, ClientFixture.DescriptorOf(Blob))])
        {
            var error = await Assert.ThrowsAsync<RegistryException>(ask);
            Assert.Contains($"Content-Encoding '{label}', which is not supported", error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Damage_under_a_coding_is_named(string applied)
    {
        var encoded = Encode(Blob, applied);
        encoded.AsSpan(20, 200).Fill(0xFF);
        encoded.AsSpan(applied == "zstd" ? 4 : 40, 20).Fill(0xFF);
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.ContentEncoding = applied == "zlib" ? "deflate" : applied;
            return c.BodyAsync(encoded);
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains("Content-Encoding", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_coding_expands_to_is_limited()
    {
        var bomb = Encode(new byte[50_000_000], "gzip");
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.ContentEncoding = "gzip";
            return c.BodyAsync(bomb);
        });
        using var fixture = new ClientFixture();
        var image = ClientFixture.Image(server);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => fixture.Client.GetManifestAsync(image, default));
        Assert.Contains("MaxManifestSize", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<IntegrityException>(() => fixture.DownloadAsync(image, ClientFixture.DescriptorOf(Blob)));
        Assert.Contains("more than the", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_of_an_encoded_error_is_read()
    {
        var body = Encode("""{"errors":[{"code":"DENIED"}]}"""u8.ToArray(), "gzip");
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = 403;
            c.Response.Headers.ContentEncoding = "gzip";
            return c.BodyAsync(body);
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal("DENIED", error.ErrorCode);
    }

    [Fact]
    public async Task A_transfer_coding_is_undone_as_well()
    {
        var encoded = Encode(Manifest, "gzip");
        await using var server = new RawServer(_ =>
        [
            .. Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
            .. Encoding.Latin1.GetBytes($"{encoded.Length:x}\r\n"), .. encoded, .. "\r\n0\r\n\r\n"u8,
        ]);
        using var fixture = new ClientFixture();
        var found = await fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Authority}/a:1"), default);
        Assert.Equal(Manifest, found.Bytes.ToArray());
    }

    private static byte[] Encode(byte[] content, string applied)
    {
        foreach (var name in applied.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var encoded = new MemoryStream();
            using (Stream encoder = name switch
            {
                "gzip" => new GZipStream(encoded, CompressionLevel.Optimal),
                "zlib" => new ZLibStream(encoded, CompressionLevel.Optimal),
                "deflate" => new DeflateStream(encoded, CompressionLevel.Optimal),
                "br" => new BrotliStream(encoded, CompressionLevel.Optimal),
                _ => new SharpCompress.Compressors.ZStandard.CompressionStream(encoded, leaveOpen: true),
            })
            {
                encoder.Write(content);
            }

            content = encoded.ToArray();
        }

        return content;
    }
}

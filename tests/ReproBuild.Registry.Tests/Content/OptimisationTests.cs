using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Manifests;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Content;

/// <summary>What only saves time or traffic must never decide whether an image can be had.</summary>
public sealed class OptimisationTests
{
    private static readonly byte[] Blob = ClientFixture.Blob(1_000_000);
    private static readonly byte[] Configuration = """{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray();
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"mediaType":"{{{MediaTypes.OciConfiguration}}}","""
        + $$$""" "digest":"{{{Digest.OfSha256(Configuration)}}}","size":{{{Configuration.Length}}} },"layers":[]}""");

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(415)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    [InlineData(302)]
    public async Task GET_decides_whatever_HEAD_is_answered(int status)
    {
        await using var server = await StartAsync(c => c.ErrorAsync(status));
        Assert.Equal(Digest.OfSha256(Manifest), await PullAsync(server));
        Assert.Equal(["HEAD", "GET"], server.Requests.Where(IsManifest).Select(r => r.Method));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha384:00")]
    [InlineData("W/\"x\"")]
    public async Task GET_decides_when_HEAD_names_no_digest(string? digest)
    {
        await using var server = await StartAsync(c =>
        {
            c.Response.Headers["Docker-Content-Digest"] = digest;
            return Task.CompletedTask;
        });
        Assert.Equal(Digest.OfSha256(Manifest), await PullAsync(server));
    }

    [Fact]
    public async Task A_digest_by_HEAD_saves_a_manifest_that_is_here()
    {
        await using var server = await StartAsync(c => c.ManifestAsync(Manifest, MediaTypes.OciManifest));
        using var fixture = new ClientFixture();
        await PullAsync(server, fixture);
        await PullAsync(server, fixture);
        Assert.Equal(["HEAD", "GET", "HEAD"], server.Requests.Where(IsManifest).Select(r => r.Method));
    }

    /// <summary>Once HEAD has told a digest, only that is asked for: a byte that changes on the way is found.</summary>
    [Fact]
    public async Task What_HEAD_named_is_what_must_arrive()
    {
        await using var server = await StartAsync(c => c.ManifestAsync(Manifest, MediaTypes.OciManifest), c =>
        {
            var changed = (byte[])Manifest.Clone();
            changed[^3] ^= 1;
            return c.ManifestAsync(changed, MediaTypes.OciManifest, Digest.OfSha256(changed).ToString());
        });
        var error = await Assert.ThrowsAsync<IntegrityException>(() => PullAsync(server));
        Assert.Contains(Digest.OfSha256(Manifest).ToString(), error.Message, StringComparison.Ordinal);
        var get = server.Requests.Single(r => r.Method == "GET");
        Assert.EndsWith($"/manifests/{Digest.OfSha256(Manifest)}", get.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_place_that_finds_manifests_by_tag_only_is_asked_by_tag_and_held_to_the_digest(bool isChanged)
    {
        var sent = (byte[])Manifest.Clone();
        sent[^3] ^= isChanged ? (byte)1 : (byte)0;
        await using var server = await StartAsync(
            c => c.ManifestAsync(Manifest, MediaTypes.OciManifest),
            c => c.Request.Path.Value!.Contains("sha256:", StringComparison.Ordinal)
                ? c.ErrorAsync(404)
                : c.ManifestAsync(sent, MediaTypes.OciManifest, Digest.OfSha256(sent).ToString()));
        if (isChanged)
        {
            await Assert.ThrowsAsync<IntegrityException>(() => PullAsync(server));
        }
        else
        {
            Assert.Equal(Digest.OfSha256(Manifest), await PullAsync(server));
        }
    }

    [Fact]
    public async Task A_mirror_without_HEAD_is_a_mirror_all_the_same()
    {
        await using var mirror = await StartAsync(c => c.ErrorAsync(405));
        await using var registry = await StartAsync(c => c.ErrorAsync(500));
        using var fixture = new ClientFixture();
        fixture.Options = fixture.Options with { Mirrors = [new RegistryMirror(registry.Authority, mirror.Url)] };
        await PullAsync(registry, fixture);
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task What_is_asked_for_by_digest_needs_no_hint_of_the_server()
    {
        await using var server = await ScriptedServer.StartAsync(
            c => c.ManifestAsync(Manifest, MediaTypes.OciManifest, Digest.OfSha256("other"u8).ToString()));
        using var fixture = new ClientFixture();
        var digest = Digest.OfSha256(Manifest);
        Assert.Equal(digest, (await fixture.Client.GetManifestAsync(ClientFixture.Image(server).WithDigest(digest), default)).Digest);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(416)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task A_range_that_is_refused_starts_again(int status)
    {
        await using var server = await StartBrokenAsync((c, _) => c.ErrorAsync(status));
        Assert.Equal<int[]>([0, 400_000, 0], await DownloadAsync(server));
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_for_the_rest_once_more()
    {
        await using var server = await StartBrokenAsync((c, count) => count == 1 ? c.ErrorAsync(503) : c.BlobAsync(Blob));
        Assert.Equal<int[]>([0, 400_000, 400_000], await DownloadAsync(server));
    }

    [Fact]
    public async Task A_server_that_is_busy_only_for_ranges_is_asked_for_the_whole()
    {
        await using var server = await StartBrokenAsync((c, _) => c.ErrorAsync(503));
        Assert.Equal<int[]>([0, 400_000, 400_000, 0], await DownloadAsync(server));
    }

    [Theory]
    [InlineData(203)]
    [InlineData(206)]
    public async Task A_whole_blob_may_come_with_another_status_than_200(int status)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.ContentRange = status == 206 ? $"bytes 0-{Blob.Length - 1}/{Blob.Length}" : "";
            return c.BodyAsync(Blob);
        });
        Assert.Equal<int[]>([0], await DownloadAsync(server));
    }

    [Fact]
    public async Task A_token_kept_from_an_earlier_request_is_replaced_when_it_is_forbidden()
    {
        var issued = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
            c.Request.Path == "/token" ? c.JsonAsync($$"""{"token":"T{{Interlocked.Increment(ref issued)}}","expires_in":3600}""")
            : c.Request.Headers.Authorization.Count == 0 ? c.ChallengeAsync($"Bearer realm=\"http://{c.Request.Host}/token\"")
            : c.Request.Headers.Authorization == $"Bearer T{c.Request.Path.Value![^1..]}" ? c.BodyAsync(Manifest)
            : c.ErrorAsync(403));
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server, "team/app:1"), default);
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server, "team/app:2"), default);
        await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server, "team/app:9"), default));
        Assert.Equal(3, issued);
    }

    [Fact]
    public async Task A_digest_that_is_gone_everywhere_does_not_keep_its_tag()
    {
        var (configuration, manifest) = (Configuration, Manifest);
        await using var server = await ScriptedServer.StartAsync(c =>
            c.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? c.BlobAsync(configuration)
            : c.Request.Path.Value.EndsWith("/1", StringComparison.Ordinal) ? c.BodyAsync(manifest)
            : c.ErrorAsync(404));
        using var fixture = new ClientFixture();
        await PullAsync(server, fixture, always: false);
        foreach (var blob in Directory.EnumerateFiles(
            Path.Combine(fixture.DirectoryPath, "cache"), Digest.OfSha256(manifest).Hex, SearchOption.AllDirectories).ToList())
        {
            File.Delete(blob);
        }

        manifest = [.. Manifest, (byte)'\n'];
        Assert.Equal(Digest.OfSha256(manifest), await PullAsync(server, fixture, always: false));
    }

    private static bool IsManifest(ReceivedRequest request) => request.Path.Contains("/manifests/", StringComparison.Ordinal);

    private static Task<ScriptedServer> StartAsync(RequestDelegate answerHead, RequestDelegate? answerGet = null) => ScriptedServer.StartAsync(c =>
        c.Request.Method == "HEAD" ? answerHead(c)
        : c.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? c.BlobAsync(Configuration)
        : answerGet is not null ? answerGet(c)
        : c.BodyAsync(Manifest));

    private static async Task<Digest> PullAsync(ScriptedServer server, ClientFixture? shared = null, bool always = true)
    {
        var fixture = shared ?? new ClientFixture();
        try
        {
            using var source = new RegistryImageSource(fixture.Options with
            {
                CacheDirectory = Path.Combine(fixture.DirectoryPath, "cache"),
                AlwaysPull = always,
                RetryDelay = TimeSpan.Zero,
            });
            return (await source.GetImageAsync(ClientFixture.Image(server), Platform.Linux("amd64"), default)).Digest;
        }
        finally
        {
            if (shared is null)
            {
                fixture.Dispose();
            }
        }
    }

    /// <summary>A server whose first answer breaks, and that answers ranges as <paramref name="answerRange"/> says.</summary>
    private static async Task<ScriptedServer> StartBrokenAsync(Func<HttpContext, int, Task> answerRange)
    {
        var (whole, ranges) = (0, 0);
        return await ScriptedServer.StartAsync(c => ScriptedAnswers.FindStart(c) > 0
            ? answerRange(c, Interlocked.Increment(ref ranges))
            : c.BodyAsync(Blob, Interlocked.Increment(ref whole) == 1 ? 400_000 : null));
    }

    private static async Task<int[]> DownloadAsync(ScriptedServer server)
    {
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        return [.. server.Requests.Select(static r => r.Headers.TryGetValue("Range", out var range)
            ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
            : 0)];
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Manifests;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

/// <summary>A server that is slow, breaks off or says nothing cannot hold a pull for ever, whichever request it is.</summary>
public sealed class SlowServerTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
    private static readonly byte[] Blob = ClientFixture.Blob(1_000_000);

    /// <summary>Short in real time; none of them is reached by an answer that comes at once.</summary>
    private static readonly RegistryOptions Impatient = ClientFixture.Defaults with
    {
        MinimumRate = 100_000,
        RateWindow = TimeSpan.FromMilliseconds(200),
        MaxRetries = 1,
    };

    [Fact]
    public async Task A_blob_that_trickles_is_given_up_by_the_least_rate()
    {
        await using var server = await ScriptedServer.StartAsync(c => TrickleAsync(c, Blob.Length));
        using var fixture = new ClientFixture(Impatient);
        var error = await Assert.ThrowsAsync<RegistryException>(() => DownloadAsync(fixture, server));
        Assert.Contains("is truncated", error.Message, StringComparison.Ordinal);
        Assert.Contains("RegistryOptions.MinimumRate", error.InnerException!.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_manifest_that_trickles_is_given_up_by_the_least_rate()
    {
        await using var server = await ScriptedServer.StartAsync(c => TrickleAsync(c, 4_000_000));
        using var fixture = new ClientFixture(Impatient);
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("RegistryOptions.MinimumRate", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_silence_longer_than_the_window_is_too_slow_as_well()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.ContentLength = Blob.Length;
            await c.Response.Body.WriteAsync(Blob.AsMemory(0, 1000));
            await c.Response.Body.FlushAsync();
            await WaitForEndAsync(c);
        });
        using var fixture = new ClientFixture(Impatient with { MaxRetries = 0 });
        var error = await Assert.ThrowsAsync<RegistryException>(() => DownloadAsync(fixture, server));
        Assert.Contains("given up after 1000 bytes", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_least_rate_means_that_only_silence_counts()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            for (var i = 0; i < Manifest.Length; i++)
            {
                await c.Response.Body.WriteAsync(Manifest.AsMemory(i, 1));
                await c.Response.Body.FlushAsync();
                await Task.Delay(5);
            }
        });
        using var fixture = new ClientFixture(Impatient with { MinimumRate = 0, RateWindow = TimeSpan.FromMilliseconds(1) });
        Assert.Equal(Manifest, (await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default)).Bytes.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_document_has_a_deadline_as_a_whole(bool isToken)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
            isToken && c.Request.Path != "/token" ? c.ChallengeAsync($"Bearer realm=\"http://{c.Request.Host}/token\"") : TrickleAsync(c, 500_000));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("RegistryOptions.RequestTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains("within 0.3 seconds", error.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Time.Waits);
    }

    [Fact]
    public async Task The_silence_before_an_answer_counts_for_the_whole_request_and_its_retries()
    {
        await using var server = await ScriptedServer.StartAsync(WaitForEndAsync);
        using var fixture = new ClientFixture(ClientFixture.Defaults with
        {
            ResponseTimeout = TimeSpan.FromMilliseconds(200),
            RequestTimeout = TimeSpan.FromMilliseconds(1000),
            MaxRetries = 100,
        });
        await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.InRange(server.Requests.Count, 1, 5);
    }

    [Fact]
    public async Task Waits_that_the_budget_does_not_hold_are_not_made()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.RetryAfter = "50";
            return c.ErrorAsync(503);
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal(TimeSpan.FromSeconds(50), error.RetryAfter);
        Assert.Equal([50, 50], fixture.Time.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task The_body_of_an_error_is_not_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = 404;
            return TrickleAsync(c, 60_000);
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("(404)", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_reset_after_every_byte_ends_after_few_requests_with_waits_between_them()
    {
        await using var server = await ScriptedServer.StartAsync(c => ResumeAsync(c, 1));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => DownloadAsync(fixture, server));
        Assert.Contains("is truncated", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, server.Requests.Count);
        Assert.Equal([500, 1000, 2000, 4000], fixture.Time.Waits.Select(w => w.TotalMilliseconds));
    }

    [Fact]
    public async Task A_small_blob_that_never_comes_is_given_up_as_soon()
    {
        var blob = ClientFixture.Blob(10);
        await using var server = await ScriptedServer.StartAsync(c => c.BlobAsync(blob, breakAfter: 0));
        using var fixture = new ClientFixture();
        await Assert.ThrowsAsync<RegistryException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(blob)));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Resuming_has_a_limit_even_when_each_connection_brings_something()
    {
        await using var server = await ScriptedServer.StartAsync(c => ResumeAsync(c, 100_000));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxResumes = 3 });
        var error = await Assert.ThrowsAsync<RegistryException>(() => DownloadAsync(fixture, server));
        Assert.Contains("RegistryOptions.MaxResumes", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
        Assert.Empty(fixture.Time.Waits);
    }

    [Fact]
    public async Task Progress_between_them_forgives_connections_that_brought_nothing()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c => ResumeAsync(c, Interlocked.Increment(ref requests) % 2 == 0 ? 1 : 200_000));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 1 });
        Assert.Equal(Blob, await DownloadAsync(fixture, server));
        Assert.All(fixture.Time.Waits, w => Assert.Equal(500, w.TotalMilliseconds));
    }

    private static Task<byte[]> DownloadAsync(ClientFixture fixture, ScriptedServer server) =>
        fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob));

    /// <summary>The blob from where it is asked for, but only so many bytes of it.</summary>
    private static Task ResumeAsync(HttpContext context, int bytes) => context.BlobAsync(Blob, breakAfter: bytes);

    /// <summary>A byte now and then, as long as the client listens.</summary>
    private static async Task TrickleAsync(HttpContext context, int length)
    {
        context.Response.ContentLength = length;
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(10, context.RequestAborted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has given up.
        }
    }

    private static Task WaitForEndAsync(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
}

using System.Net;
using System.Text;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class RetryTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_passing_failure_is_retried_after_waits_that_double(int status)
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
            Interlocked.Increment(ref requests) <= 3 ? c.ErrorAsync(status) : c.ManifestAsync(Manifest, "application/json"));
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Equal([500, 1000, 2000], fixture.Time.Waits.Select(w => w.TotalMilliseconds));
    }

    [Fact]
    public async Task Waits_grow_to_the_longest_one_and_then_the_error_is_reported()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ErrorAsync(503, "UNAVAILABLE"));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetryDelay = TimeSpan.FromSeconds(1.5) });
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Equal([500, 1000, 1500, 1500], fixture.Time.Waits.Select(w => w.TotalMilliseconds));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, error.StatusCode);
        Assert.True(error.IsTransient);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("Fri, 02 Jan 2026 03:04:12 GMT")]
    public async Task The_registry_says_how_long_to_wait_in_seconds_or_as_a_date(string retryAfter)
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.RetryAfter = retryAfter;
            return Interlocked.Increment(ref requests) == 1 ? c.ErrorAsync(429) : c.ManifestAsync(Manifest, "application/json");
        });
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Equal([7], fixture.Time.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task A_date_that_has_passed_means_at_once()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.RetryAfter = "Thu, 01 Jan 2015 00:00:00 GMT";
            return Interlocked.Increment(ref requests) == 1 ? c.ErrorAsync(503) : c.ManifestAsync(Manifest, "application/json");
        });
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_an_error_that_says_so()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Headers.RetryAfter = "21600";
            return c.ErrorAsync(429, "TOOMANYREQUESTS");
        });
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("asks to wait 21600 seconds", error.Message, StringComparison.Ordinal);
        Assert.Contains("docker login", error.Message, StringComparison.Ordinal);
        Assert.Equal("TOOMANYREQUESTS", error.ErrorCode);
        Assert.Equal(TimeSpan.FromHours(6), error.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task No_retries_means_one_request()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.ErrorAsync(503));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 0 });
        await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_manifest_whose_connection_breaks_is_asked_for_again()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c => c.BodyAsync(Manifest, Interlocked.Increment(ref requests) == 1 ? 5 : null));
        using var fixture = new ClientFixture();
        Assert.Equal(Manifest, (await fixture.Client.GetManifestAsync(ClientFixture.Image(server), default)).Bytes.ToArray());
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_retried_and_then_named()
    {
        var server = await ScriptedServer.StartAsync(c => c.ErrorAsync(500));
        var image = ClientFixture.Image(server);
        await server.DisposeAsync();
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(image, default));
        Assert.StartsWith($"{image.Registry} cannot be reached: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("NO_PROXY", error.Message, StringComparison.Ordinal);
        Assert.Null(error.StatusCode);
        Assert.Equal(4, fixture.Time.Waits.Count);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_in_time_is_named()
    {
        await using var server = await ScriptedServer.StartAsync(
            c => Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { ResponseTimeout = TimeSpan.FromSeconds(1.5), MaxRetries = 1 });
        var error = await Assert.ThrowsAsync<RegistryException>(() => fixture.Client.GetManifestAsync(ClientFixture.Image(server), default));
        Assert.Contains("nothing came for 1.5 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }
}

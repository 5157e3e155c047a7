using Microsoft.AspNetCore.Http;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Content;

public sealed class BlobTests
{
    private static readonly byte[] Blob = ClientFixture.Blob(1_000_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task A_blob_arrives_with_its_progress(int size)
    {
        var blob = ClientFixture.Blob(size);
        await using var server = await ScriptedServer.StartAsync(c => c.BlobAsync(blob));
        using var fixture = new ClientFixture();
        var progress = new ProgressSum();
        var descriptor = ClientFixture.DescriptorOf(blob);
        Assert.Equal(blob, await fixture.DownloadAsync(ClientFixture.Image(server), descriptor, progress));
        Assert.Equal(size, progress.Total);
        var request = Assert.Single(server.Requests);
        Assert.Equal($"/v2/team/app/blobs/{descriptor.Digest}", request.Path);
        Assert.False(request.Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task A_broken_connection_is_resumed_where_it_broke_as_often_as_it_brings_something()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.BlobAsync(Blob, breakAfter: 90_000));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 1 });
        var progress = new ProgressSum();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob), progress));
        Assert.Equal(Blob.Length, progress.Total);
        Assert.Equal([0, .. Enumerable.Range(1, 11).Select(i => i * 90_000)], server.Requests.Select(RangeStart));
        Assert.Contains("resumed", fixture.Log.Text, StringComparison.Ordinal);
        Assert.Empty(fixture.Time.Waits);
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_resumed_at_what_arrived()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
            Interlocked.Increment(ref requests) == 1 ? c.ResetAsync(Blob, 900_000) : c.BlobAsync(Blob));
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start_again()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c => c.BodyAsync(Blob, Interlocked.Increment(ref requests) == 1 ? 400_000 : null));
        using var fixture = new ClientFixture();
        var progress = new ProgressSum();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob), progress));
        Assert.Equal(Blob.Length, progress.Total);
        Assert.Equal([0, 400_000], server.Requests.Select(RangeStart));
    }

    [Theory]
    [InlineData("bytes 399999-999999/1000000")]
    [InlineData("bytes 400000-999999/1000001")]
    [InlineData("items 400000-999999/1000000")]
    [InlineData(null)]
    public async Task A_range_that_is_not_the_one_asked_for_is_not_used(string? contentRange)
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            if (Interlocked.Increment(ref requests) == 2)
            {
                c.Response.StatusCode = 206;
                c.Response.Headers.ContentRange = contentRange;
                await c.BodyAsync(new byte[600_000]);
                return;
            }

            await c.BodyAsync(Blob, requests == 1 ? 400_000 : null);
        });
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Equal([0, 400_000, 0], server.Requests.Select(RangeStart));
    }

    [Fact]
    public async Task A_range_that_the_server_calls_unsatisfiable_starts_again()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(c =>
            Interlocked.Increment(ref requests) == 2 ? c.ErrorAsync(416) : c.BodyAsync(Blob, requests == 1 ? 400_000 : null));
        using var fixture = new ClientFixture();
        Assert.Equal(Blob, await fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Equal([0, 400_000, 0], server.Requests.Select(RangeStart));
    }

    [Fact]
    public async Task A_connection_that_brings_nothing_new_counts_as_a_retry_and_ends_as_truncated()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.BodyAsync(Blob.AsMemory(), breakAfter: 300_000));
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 2 });
        var error = await Assert.ThrowsAsync<RegistryException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Contains("truncated: 300000 of 1000000 bytes", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(2, fixture.Time.Waits.Count);
    }

    [Fact]
    public async Task A_body_that_ends_early_without_an_announced_length_is_truncated()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            await c.Response.Body.WriteAsync(Blob.AsMemory(0, 1000));
            await c.Response.Body.FlushAsync();
        });
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 1 });
        var error = await Assert.ThrowsAsync<RegistryException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Contains("truncated: 1000 of 1000000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999_999)]
    [InlineData(1_000_001)]
    public async Task A_length_that_is_not_the_descriptors_is_refused_before_the_body_is_read(int length)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.BodyAsync(new byte[length]));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<IntegrityException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Contains($"must have 1000000 bytes, but the server announces {length}", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task More_bytes_than_the_descriptor_says_are_not_written()
    {
        await using var server = await ScriptedServer.StartAsync(async c => await c.Response.Body.WriteAsync(new byte[1_500_000]));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<IntegrityException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Contains("more than the 1000000 bytes", error.Message, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(fixture.DirectoryPath, "blob")).Length <= Blob.Length);
    }

    [Fact]
    public async Task Other_bytes_of_the_same_length_are_refused_with_both_digests_and_the_count()
    {
        var other = new byte[Blob.Length];
        await using var server = await ScriptedServer.StartAsync(c => c.BlobAsync(other));
        using var fixture = new ClientFixture();
        var wanted = ClientFixture.DescriptorOf(Blob);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => fixture.DownloadAsync(ClientFixture.Image(server), wanted));
        Assert.Contains(
            $"{ClientFixture.DescriptorOf(other).Digest} instead of {wanted.Digest} after 1000000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_not_taken_for_a_broken_connection()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.BlobAsync(Blob));
        using var fixture = new ClientFixture();
        await Assert.ThrowsAsync<IOException>(
            () => fixture.Client.DownloadBlobAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob), new FullDisk(), null, default));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_download_can_be_cancelled_in_the_middle()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.ContentLength = Blob.Length;
            await c.Response.Body.WriteAsync(Blob.AsMemory(0, 1000));
            await c.Response.Body.FlushAsync();
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var fixture = new ClientFixture();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob), cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            c.Response.ContentLength = Blob.Length;
            await c.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var fixture = new ClientFixture(ClientFixture.Defaults with { ResponseTimeout = TimeSpan.FromMilliseconds(200), MaxRetries = 0 });
        var error = await Assert.ThrowsAsync<RegistryException>(
            () => fixture.DownloadAsync(ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob)));
        Assert.Contains("ResponseTimeout", error.InnerException!.Message, StringComparison.Ordinal);
    }

    private static int RangeStart(ReceivedRequest request) =>
        request.Headers.TryGetValue("Range", out var range)
            ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }
}

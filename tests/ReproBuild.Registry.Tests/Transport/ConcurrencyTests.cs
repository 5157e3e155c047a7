using System.Text;
using Microsoft.AspNetCore.Http;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class ConcurrencyTests
{
    private static readonly byte[] Blob = ClientFixture.Blob(300_000);

    [Fact]
    public async Task No_more_requests_run_at_once_than_allowed_and_all_of_them_finish()
    {
        int running = 0, most = 0;
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            await c.BodyAsync(Blob.AsMemory(0, 200_000));
            Interlocked.Decrement(ref running);
        });
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxConcurrentDownloads = 3 });
        var blob = Blob[..200_000];
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => fixture.Client.DownloadBlobAsync(
            ClientFixture.Image(server), ClientFixture.DescriptorOf(blob), new MemoryStream(), null, default)));
        Assert.Equal(30, server.Requests.Count);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task One_place_is_enough_for_a_token_server_on_the_same_host()
    {
        var tokens = 0;
        string? realm = null;
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            if (c.Request.Path == "/token")
            {
                Interlocked.Increment(ref tokens);
                return c.JsonAsync("""{"token":"T","expires_in":300}""");
            }

            return c.Request.Headers.Authorization == "Bearer T"
                ? c.BlobAsync(Blob)
                : c.ChallengeAsync($"Bearer realm=\"{realm}token\",service=\"s\"");
        });
        realm = server.Url.ToString();
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxConcurrentDownloads = 1 });
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fixture.Client.DownloadBlobAsync(
            ClientFixture.Image(server), ClientFixture.DescriptorOf(Blob), new MemoryStream(), null, default)));
        Assert.Equal(1, tokens);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var before && before == seen ? value : before;
        }
    }
}

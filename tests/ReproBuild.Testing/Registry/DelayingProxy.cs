using System.Net;
using System.Net.Sockets;

namespace ReproBuild.Testing.Registry;

/// <summary>Stands before a registry and shuffles the order in which answers arrive, and the sizes of the pieces they arrive in.</summary>
/// <remarks>The delays follow from the seed and the order of the requests, so that another seed gives another order.</remarks>
public sealed class DelayingProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private readonly Uri _registry;
    private readonly Random _random;
    private readonly Task _loop;

    /// <summary>Starts the proxy on a free loopback port.</summary>
    /// <param name="registry">The registry to ask.</param>
    /// <param name="seed">The seed of delays and sizes.</param>
    public DelayingProxy(Uri registry, int seed)
    {
        (_registry, _random) = (registry, new Random(seed));
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>The address of the proxy.</summary>
    public Uri Address { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
        _client.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AcceptAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                answers.Add(AnswerAsync(context, new Random(_random.Next())));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, Random random)
    {
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), new Uri(_registry, context.Request.Url!.PathAndQuery));
            foreach (var name in new[] { "Accept", "Range", "Authorization" })
            {
                request.Headers.TryAddWithoutValidation(name, context.Request.Headers.GetValues(name) ?? []);
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await Task.Delay(random.Next(250));
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(static header => header.Key is not ("Content-Length" or "Transfer-Encoding")))
            {
                context.Response.Headers[name] = string.Join(", ", values);
            }

            context.Response.ContentLength64 = response.Content.Headers.ContentLength ?? 0;
            if (context.Request.HttpMethod != "HEAD")
            {
                await CopyAsync(await response.Content.ReadAsStreamAsync(), context.Response.OutputStream, random);
            }

            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or HttpRequestException or IOException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
            context.Response.Abort();
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, Random random)
    {
        var buffer = new byte[1 << 16];
        for (int count; (count = await from.ReadAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)))) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}

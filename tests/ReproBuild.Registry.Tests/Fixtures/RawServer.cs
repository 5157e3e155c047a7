using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>A server without any library that could rewrite a request line: what it remembers is what was on the wire.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<RawRequest, byte[]> _answer;
    private readonly ConcurrentQueue<RawRequest> _requests = [];
    private readonly Task _loop;

    public RawServer(Func<RawRequest, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string Authority => _listener.LocalEndpoint.ToString()!;

    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    /// <summary>An answer; each header is a whole line.</summary>
    public static byte[] Answer(int status, ReadOnlySpan<byte> body, params string[] headers) =>
    [
        .. Encoding.Latin1.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n")),
        .. body,
    ];

    public async ValueTask DisposeAsync()
    {
        // The loop first: a listener that is stopped between two clients is an error of its own.
        await _end.CancelAsync();
        await _loop;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(buffer, _end.Token) == 0)
            {
                return;
            }

            head.Append((char)buffer[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var line = lines[0];
        var request = new RawRequest(
            line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..line.LastIndexOf(' ')], line.Split(' ')[0], lines[1..]);
        _requests.Enqueue(request);
        await stream.WriteAsync(_answer(request), _end.Token);
    }
}

/// <summary>A request as it was on the wire.</summary>
internal sealed record RawRequest(string Target, string Method, IReadOnlyList<string> Headers)
{
    public string? Find(string name) =>
        Headers.FirstOrDefault(h => h.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
}

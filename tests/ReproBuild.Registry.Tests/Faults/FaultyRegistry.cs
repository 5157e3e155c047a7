using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReproBuild.Registry.Tests.Faults;

/// <summary>
/// A registry with its token server, and another host beside it, over bare sockets: each answer is right, or has the fault that the schedule says.
/// It remembers every <c>Authorization</c> and how much of an answer without end was taken.
/// </summary>
internal sealed class FaultyRegistry : IAsyncDisposable
{
    private static readonly string Basic = "Basic " + Convert.ToBase64String("user:s3cret"u8);

    private readonly TcpListener _registry = new(IPAddress.Loopback, 0);
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly RegistryContent _content;
    private readonly ConcurrentQueue<string> _leaks = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly Task[] _loops;
    private int _tokens;
    private int _requests;
    private long _mostTaken;

    public FaultyRegistry(RegistryContent content)
    {
        _content = content;
        _registry.Start();
        _other.Start();
        _loops = [AcceptAsync(_registry, isOther: false), AcceptAsync(_other, isOther: true)];
    }

    public FaultSchedule Schedule { get; set; } = FaultSchedule.None;

    public string Authority => _registry.LocalEndpoint.ToString()!;

    public string OtherAuthority => _other.LocalEndpoint.ToString()!;

    /// <summary>Credentials that went where they must not.</summary>
    public IReadOnlyCollection<string> Leaks => _leaks;

    /// <summary>How many bytes of one answer a client took at most.</summary>
    public long MostTaken => _mostTaken;

    public int Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_loops);
        await Task.WhenAll(_running.Keys);
        _registry.Stop();
        _other.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, bool isOther)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_end.Token);
                var task = AnswerAsync(client, isOther);
                _running[task] = true;
                _ = task.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(TcpClient client, bool isOther)
    {
        using (client)
        {
            try
            {
                if (await RequestHead.ReadAsync(client.GetStream(), _end.Token) is { } head)
                {
                    Interlocked.Increment(ref _requests);
                    await WriteAsync(client, FindAnswer(head, isOther), isOther ? null : Schedule.Next());
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private FaultAnswer FindAnswer(RequestHead head, bool isOther)
    {
        var authorization = head.Find("Authorization");
        var isForTokens = head.Path == "/token";
        if (authorization is not null && (isOther || isForTokens != (authorization == Basic)))
        {
            _leaks.Enqueue($"{head.Path} at {(isOther ? "another host" : "the registry")}: {authorization}");
        }

        if (isForTokens)
        {
            var token = Encoding.ASCII.GetBytes($$"""{"token":"T{{Interlocked.Increment(ref _tokens)}}","expires_in":60}""");
            return authorization == Basic ? new FaultAnswer(200, token, "application/json") : FaultAnswer.Of(401);
        }

        if (!isOther && authorization?.StartsWith("Bearer T", StringComparison.Ordinal) != true)
        {
            return FaultAnswer.Of(401, $"WWW-Authenticate: Bearer realm=\"http://{Authority}/token\",service=\"s\"");
        }

        if (_content.FindPath(head.Path) is not { } found)
        {
            return FaultAnswer.Of(404);
        }

        var start = head.Find("Range") is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        var answer = new FaultAnswer(start > 0 ? 206 : 200, found.Body[Math.Min(start, found.Body.Length)..], found.MediaType)
        {
            IsHead = head.Method == "HEAD",
            Path = head.Path,
            Headers = [$"Docker-Content-Digest: {Digest.OfSha256(found.Body)}"],
        };
        return start == 0 ? answer
            : answer with { Headers = [$"Content-Range: bytes {start}-{found.Body.Length - 1}/{found.Body.Length}"] };
    }

    private async Task WriteAsync(TcpClient client, FaultAnswer answer, Fault? fault)
    {
        var stream = client.GetStream();
        var planned = fault is null ? new PlannedAnswer(answer.ToBytes()) : FaultPlan.Of(answer, fault, Authority, OtherAuthority);
        var at = planned.StopAt ?? planned.Bytes.Length;
        if (planned.Pace is { } pace)
        {
            for (var i = 0; i < at; i++)
            {
                await stream.WriteAsync(planned.Bytes.AsMemory(i, 1), _end.Token);
                await Task.Delay(pace, _end.Token);
            }
        }
        else
        {
            await stream.WriteAsync(planned.Bytes.AsMemory(0, at), _end.Token);
        }

        await EndAsync(client, stream, planned);
    }

    private async Task EndAsync(TcpClient client, NetworkStream stream, PlannedAnswer planned)
    {
        switch (planned.End)
        {
            case AnswerEnd.Reset:
                client.Client.LingerState = new LingerOption(true, 0);
                break;
            case AnswerEnd.Stall:
                // Until the client closes the connection.
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _end.Token);
                break;
            case AnswerEnd.Never:
                await WriteForEverAsync(stream);
                break;
            default:
                client.Client.Shutdown(SocketShutdown.Send);
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _end.Token);
                break;
        }
    }

    private async Task WriteForEverAsync(NetworkStream stream)
    {
        // Chunks of a body that has no end.
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 4096) + "\r\n");
        for (var taken = 0L; taken < FaultScheduleTests.TooMuch; taken += chunk.Length)
        {
            await stream.WriteAsync(chunk, _end.Token);
            InterlockedMax(ref _mostTaken, taken);
        }
    }

    private static void InterlockedMax(ref long place, long value)
    {
        long seen;
        while ((seen = Interlocked.Read(ref place)) < value && Interlocked.CompareExchange(ref place, value, seen) != seen)
        {
        }
    }
}

/// <summary>The head of a request.</summary>
internal sealed record RequestHead(string Method, string Path, IReadOnlyList<string> Lines)
{
    public string? Find(string name) =>
        Lines.FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    /// <summary>Reads a head; null when the client closes the connection before.</summary>
    public static async Task<RequestHead?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        var lines = text.ToString().Split("\r\n");
        var parts = lines[0].Split(' ');
        return new RequestHead(parts[0], parts[1].Split('?')[0], lines[1..]);
    }
}

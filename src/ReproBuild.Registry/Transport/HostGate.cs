using System.Collections.Concurrent;

namespace ReproBuild.Registry.Transport;

/// <summary>Bounds how many requests each host gets at once; a request holds its place until its body has been read.</summary>
internal sealed class HostGate(int maxConcurrentRequests) : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place; disposing the result gives it back.</summary>
    public async Task<IDisposable> EnterAsync(Uri url, CancellationToken cancellationToken)
    {
        var host = _hosts.GetOrAdd(url.Authority, static (_, count) => new SemaphoreSlim(count, count), maxConcurrentRequests);
        await host.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(host);
    }

    public void Dispose()
    {
        foreach (var host in _hosts.Values)
        {
            host.Dispose();
        }
    }

    private sealed class Place(SemaphoreSlim host) : IDisposable
    {
        private SemaphoreSlim? _host = host;

        public void Dispose() => Interlocked.Exchange(ref _host, null)?.Release();
    }
}

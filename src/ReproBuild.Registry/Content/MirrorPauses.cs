using System.Collections.Concurrent;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Which mirrors are left alone for a while, since they failed: each further request would wait for the same failure.</summary>
/// <remarks>The registry itself is always asked.</remarks>
internal sealed class MirrorPauses(TimeSpan pause, TimeProvider clock)
{
    private readonly ConcurrentDictionary<RegistryEndpoint, DateTimeOffset> _ends = new();

    public bool IsPaused(RegistryEndpoint mirror) => _ends.TryGetValue(mirror, out var end) && clock.GetUtcNow() < end;

    /// <summary>Takes note of a failure. An answer that only refuses what was asked for says nothing about the next request.</summary>
    public void Count(RegistryEndpoint mirror, ReproBuildException failure)
    {
        if (failure is IntegrityException or RegistryException { StatusCode: null } or RegistryException { IsTransient: true })
        {
            _ends[mirror] = clock.GetUtcNow() + pause;
        }
    }
}

namespace ReproBuild.Registry.Authentication;

/// <summary>The grant for one scope on one server: many requests use it, one at a time renews it.</summary>
internal sealed class GrantSlot(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private volatile AuthorizationGrant? _current;

    /// <summary>The grant to use now, or null.</summary>
    public AuthorizationGrant? Current => _current is { } grant && grant.IsValidAt(clock.GetUtcNow()) ? grant : null;

    /// <summary>Replaces a grant that was refused, unless another request has done so meanwhile.</summary>
    /// <param name="refused">What the registry refused; null when nothing was shown.</param>
    /// <param name="acquire">Gets a new grant, or null when there is no way to.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<AuthorizationGrant?> RenewAsync(
        AuthorizationGrant? refused, Func<Task<AuthorizationGrant?>> acquire, CancellationToken cancellationToken)
    {
        await _renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current is { } other && !ReferenceEquals(other, refused))
            {
                return other;
            }

            _current = null;
            return _current = await acquire().ConfigureAwait(false);
        }
        finally
        {
            _renewal.Release();
        }
    }

    public void Dispose() => _renewal.Dispose();
}

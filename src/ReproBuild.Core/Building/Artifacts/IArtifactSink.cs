namespace ReproBuild;

/// <summary>Where artifacts go.</summary>
public interface IArtifactSink
{
    /// <summary>Starts a set of artifacts that appear together or not at all.</summary>
    /// <exception cref="ReproBuildException">Nothing can be written there; the message says why.</exception>
    ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken);
}

/// <summary>A set of artifacts in the making. Disposing it without <see cref="CommitAsync"/> removes every trace.</summary>
public interface IArtifactTransaction : IAsyncDisposable
{
    /// <summary>Opens a forward-only stream for a new artifact. Safe for concurrent use. The caller disposes the stream.</summary>
    /// <param name="name">A file name without a directory; each name is asked for once.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The artifact cannot be made; the message says why.</exception>
    ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes every artifact appear under its name, replacing older ones, once all their streams are disposed.</summary>
    /// <exception cref="ReproBuildException">They cannot be published; the message says why.</exception>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}

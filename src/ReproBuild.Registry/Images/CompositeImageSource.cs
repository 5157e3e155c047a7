using System.Collections.Immutable;
using ReproBuild.Core.Pieces;

namespace ReproBuild;

/// <summary>Several sources in order: an image that one does not have is looked for in the next.</summary>
/// <remarks>
/// Only <see cref="ImageNotFoundException"/> leads to the next source. Any other error ends the search, such as an image that is damaged,
/// out of reach, or has no such platform, so that trouble never changes where an image comes from.
/// </remarks>
public sealed class CompositeImageSource : IImageSource, IPieceStoreOwner, IDisposable
{
    private readonly ImmutableArray<IImageSource> _sources;
    private volatile bool _isDisposed;

    /// <summary>Combines sources, and disposes those that can be when it is disposed itself.</summary>
    /// <param name="sources">The sources, in the order they are asked; at least one.</param>
    public CompositeImageSource(params ImmutableArray<IImageSource> sources)
    {
        if (sources.IsDefaultOrEmpty)
        {
            throw new ArgumentException("At least one source is needed.", nameof(sources));
        }

        _sources = sources;
    }

    /// <inheritdoc/>
    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        FirstAsync(reference, source => source.GetImageAsync(reference, platform, cancellationToken));

    /// <inheritdoc/>
    public Task<OciArtifact> GetArtifactAsync(
        ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        FirstAsync(reference, source => source.GetArtifactAsync(reference, platforms, cancellationToken));

    /// <summary>That of the first source that has one.</summary>
    IPieceStore? IPieceStoreOwner.Pieces =>
        _sources.OfType<IPieceStoreOwner>().Select(static source => source.Pieces).FirstOrDefault(static store => store is not null);

    /// <summary>Disposes the sources.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var source in _sources.OfType<IDisposable>())
        {
            source.Dispose();
        }
    }

    private async Task<T> FirstAsync<T>(ImageReference reference, Func<IImageSource, Task<T>> get)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var failures = new List<ImageNotFoundException>();
        foreach (var source in _sources)
        {
            try
            {
                return await get(source).ConfigureAwait(false);
            }
            catch (ImageNotFoundException e)
            {
                failures.Add(e);
            }
        }

        throw failures.Count == 1 ? failures[0] : new ImageNotFoundException(
            reference,
            $"{reference} is in none of {failures.Count} places. {string.Join(" ", failures.Select(static failure => failure.Message))}",
            new AggregateException(failures));
    }
}

using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>Several sources in order: an image that one does not have is looked for in the next.</summary>
/// <remarks>
/// Only a missing image or platform (<see cref="ImageReferenceException"/>) leads to the next source; a damaged or unreachable one is an
/// error, so that trouble never changes where an image comes from.
/// </remarks>
public sealed class CompositeImageSource : IImageSource, IDisposable
{
    private readonly ImmutableArray<IImageSource> _sources;

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

    /// <summary>Disposes the sources.</summary>
    public void Dispose()
    {
        foreach (var source in _sources.OfType<IDisposable>())
        {
            source.Dispose();
        }
    }

    private async Task<T> FirstAsync<T>(ImageReference reference, Func<IImageSource, Task<T>> get)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var failures = new List<ImageReferenceException>();
        foreach (var source in _sources)
        {
            try
            {
                return await get(source).ConfigureAwait(false);
            }
            catch (ImageReferenceException e)
            {
                failures.Add(e);
            }
        }

        throw failures.Count == 1 ? failures[0]
            : new ImageReferenceException(reference.ToString(), string.Join(" ", failures.Select(static e => e.Message)), failures[^1]);
    }
}

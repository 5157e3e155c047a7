using ReproBuild.Core.Building.Artifacts;
using ReproBuild.Core.FileSystem;

namespace ReproBuild;

/// <summary>Puts artifacts into a directory of the host, which is created with its parents if it is missing.</summary>
/// <remarks>
/// While a build runs, its artifacts are called <c>.reprobuild-N.partial</c>, where N is the first free number. They get their own names
/// together when the build has succeeded; only then are older files of the same names replaced. When a build fails, the directories that
/// it created are removed too, unless something else is in them by then. Several builds may write into one directory at once.
/// </remarks>
public sealed class DirectorySink : IArtifactSink
{
    private readonly string _directory;

    /// <summary>Creates a sink. Nothing is touched until a build begins.</summary>
    /// <param name="directory">The directory; a relative path starts from the current directory.</param>
    public DirectorySink(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _directory = Path.GetFullPath(directory);
    }

    /// <inheritdoc/>
    public ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return new(new DirectoryTransaction(OutputDirectory.Make(_directory)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(_directory, e);
        }
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Building.Artifacts;
using ReproBuild.Core.FileSystem;

namespace ReproBuild;

/// <summary>Puts artifacts into a directory of the host, which is created with its parents if it is missing.</summary>
/// <remarks>
/// <para>
/// While a build runs, its artifacts are files in <c>.reprobuild-N</c> inside the directory, where N is the first free number, and
/// <c>.reprobuild-N.lock</c> says that it runs. They get their own names together when the build has succeeded. Each takes the place of an
/// older file of its name at once: a name that was there is there at every moment, and is always a whole file. A program that reads several
/// names while they are given may see some new and some old ones.
/// </para>
/// <para>
/// A build that is killed, or loses its power, before it publishes has changed nothing; the next one that begins in the directory removes
/// what it left. One that is ended while it publishes has written down what is to be done, and the next build finishes it before anything
/// else. What cannot be cleaned up afterwards is a warning. When a build fails, the directories that it created are removed too, unless
/// something else is in them by then.
/// </para>
/// <para>
/// Several builds may write into one directory at once, which takes turns at publishing. The directory must be on a file system with locks.
/// </para>
/// </remarks>
public sealed class DirectorySink : IArtifactSink
{
    private readonly string _directory;
    private readonly ILogger _logger;

    /// <summary>Creates a sink. Nothing is touched until a build begins.</summary>
    /// <param name="directory">The directory; a relative path starts from the current directory.</param>
    /// <param name="logger">Receives warnings of what cannot be cleaned up, or null.</param>
    public DirectorySink(string directory, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _directory = Path.GetFullPath(directory);
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public async ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var directory = new OutputDirectory(_directory, _logger);
            await directory.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new DirectoryTransaction(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(_directory, e);
        }
    }
}

namespace ReproBuild.Core.Building;

/// <summary>Puts artifacts into a directory of the host, which is made when it is missing.</summary>
/// <remarks>
/// While a build runs its artifacts have names that begin with a dot and end in <c>.partial</c>. They get their own names
/// together when the build has succeeded; older files of the same names are replaced then, and not before.
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
            var existed = Directory.Exists(_directory);
            Directory.CreateDirectory(_directory);
            return new(new DirectoryTransaction(_directory, removeWhenEmpty: !existed));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDirectoryError.Describe(_directory, e);
        }
    }
}

using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Registry.Cache;

/// <summary>
/// The directories of a cache: private when they are made, never reached through a link, refused when others than the owner may write them.
/// </summary>
/// <remarks>
/// Every directory from the cache's own down to a file's is looked at before each use. Whoever may write the cache can put a link there
/// between the look and the use, which is why nobody else may.
/// </remarks>
internal sealed class CacheDirectory(CachePaths paths, ILogger logger)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes the directories above a path.</summary>
    /// <exception cref="CacheException">A directory is a link, others may write it, or it cannot be made.</exception>
    public void Prepare(string path)
    {
        try
        {
            foreach (var directory in Above(path))
            {
                // First, since making a directory where a link leads nowhere would make the link's target.
                Check(directory);
                Make(directory);
                Check(directory);
            }
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(path, e);
        }
    }

    /// <summary>Opens a file; null when it is not there, or cannot be used, whatever the reason: then it is made again.</summary>
    /// <exception cref="CacheException">A directory above it is a link, or others may write it.</exception>
    public FileBlob? TryOpen(string path) => Try(path, static path => new FileBlob(RegularFile.Open(path, allowLink: false)));

    /// <summary>Reads a small file; null as <see cref="TryOpen"/>.</summary>
    public byte[]? TryRead(string path, int maxLength) => Try(path, path => RegularFile.ReadAllBytes(path, maxLength, allowLink: false));

    /// <summary>Deletes a file, or leaves it where that is not possible.</summary>
    public void TryDelete(string path) => Try(path, static path =>
    {
        File.Delete(path);
        return path;
    });

    /// <summary>The directories in a directory that hold something; none if it is not there or cannot be read.</summary>
    public IReadOnlyList<string> TryListFilled(string path) => Try(Path.Combine(path, "any"), _ => new DirectoryInfo(path).EnumerateDirectories()
        .Where(static directory => directory.EnumerateFileSystemInfos().Any())
        .Select(static directory => directory.FullName).Order(StringComparer.Ordinal).ToList()) ?? [];

    /// <summary>The files two levels below a directory, the one that was written last first; none if it is not there or cannot be read.</summary>
    public IReadOnlyList<(string Path, long Length)> TryListByTime(string path) => Try(Path.Combine(path, "any"), _ => new DirectoryInfo(path)
        .EnumerateDirectories().Where(static directory => directory.LinkTarget is null).SelectMany(static directory => directory.EnumerateFiles())
        .OrderByDescending(static file => file.LastWriteTimeUtc).ThenBy(static file => file.Name, StringComparer.Ordinal)
        .Select(static file => (file.FullName, file.Length)).ToList()) ?? [];

    /// <summary>Deletes a directory, or leaves it where that is not possible. Links in it, and one in its place, are deleted, not followed.</summary>
    public void TryDeleteDirectory(string path) => Try(path, static path =>
    {
        Directory.Delete(path, recursive: true);
        return path;
    });

    private T? Try<T>(string path, Func<string, T> use)
        where T : class
    {
        try
        {
            foreach (var directory in Above(path))
            {
                Check(directory);
            }

            return use(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            RegistryLog.CacheFileUnusable(logger, path, e.Message);
            return null;
        }
    }

    private IEnumerable<string> Above(string path)
    {
        yield return paths.Root;
        var current = paths.Root;
        foreach (var name in Path.GetRelativePath(paths.Root, Path.GetDirectoryName(path)!).Split(Path.DirectorySeparatorChar))
        {
            if (name != ".")
            {
                yield return current = Path.Combine(current, name);
            }
        }
    }

    private static void Make(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(directory) ?? directory);
        Directory.CreateDirectory(directory, Private);
    }

    private void Check(string directory)
    {
        var info = new DirectoryInfo(directory);
        if (directory != paths.Root && info.LinkTarget is not null)
        {
            throw new CacheException(
                $"'{directory}' in the image cache is a symbolic link, which it does not follow: what it writes and deletes must be its own. "
                + "Remove the link, or choose another cache directory.");
        }

        if (!OperatingSystem.IsWindows() && info.Exists && (File.GetUnixFileMode(directory) & OthersWrite) != 0)
        {
            throw new CacheException(
                $"Others than its owner may write '{directory}' in the image cache, so they could change what is built. "
                + $"Run 'chmod -R go-w' on '{paths.Root}' if nobody did, or choose another cache directory.");
        }
    }
}

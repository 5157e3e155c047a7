using System.Globalization;

namespace ReproBuild.Core.Publishing;

/// <summary>A directory inside an output directory for the unfinished files of one build, which keeps it by a lock while it lives.</summary>
/// <remarks>
/// Whoever holds <c>.reprobuild-N.lock</c> owns <c>.reprobuild-N/</c>. The system gives up the lock of a process that died, and the next
/// build in the output directory takes it and collects what is there. Files have short names of their own: one made from the
/// artifact's could exceed the 255 bytes that a file system allows.
/// </remarks>
internal sealed class WorkDirectory : IDisposable
{
    /// <summary>What the names in an output directory that belong to builds begin with.</summary>
    public const string Prefix = ".reprobuild-";

    private const string LockSuffix = ".lock";
    private const int MaxCount = 4096;
    private const int WriteBufferSize = 256 * 1024;

    private readonly FileStream _lock;
    private int _count;

    private WorkDirectory(string path, FileStream held) => (FullName, _lock) = (path, held);

    public string FullName { get; }

    /// <summary>Whether the lock is still held: otherwise the directory may be another build's by now.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>The names in an output directory that belong to builds, alive or not, in order.</summary>
    public static List<string> Names(string outputDirectory) => NamesIn(outputDirectory, Prefix + "*");

    /// <summary>Makes one with the first free number.</summary>
    /// <exception cref="IOException">The output directory cannot be written, or has no locks.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static WorkDirectory Create(string outputDirectory)
    {
        for (var number = 0; number < MaxCount; number++)
        {
            if (TryHold(outputDirectory, number) is not { } work)
            {
                continue;
            }

            try
            {
                // What is there belongs to a build that has just died, or could not be collected: another number is as good.
                if (!Path.Exists(work.FullName))
                {
                    Directory.CreateDirectory(work.FullName);
                    return work;
                }
            }
            catch
            {
                work.Dispose();
                throw;
            }

            work.Dispose();
        }

        throw new IOException($"'{outputDirectory}' has {MaxCount} unfinished builds. Remove '{Prefix}*' there when none of them runs.");
    }

    /// <summary>Takes what a build that died left under a number, or may have left; null while somebody lives who owns it.</summary>
    public static WorkDirectory? TryHold(string outputDirectory, int number)
    {
        var path = PathOf(outputDirectory, number);
        return TryLock(path + LockSuffix) is { } held ? new WorkDirectory(path, held) : null;
    }

    /// <summary>Takes a lock in an output directory; null while another holds it, or when it is another user's and cannot be opened.</summary>
    public static FileStream? TryLock(string path)
    {
        try
        {
            return LockFile.TryAcquire(path, isTemporary: true);
        }
        catch (UnauthorizedAccessException) when (File.Exists(path))
        {
            return null;
        }
    }

    public static string PathOf(string outputDirectory, int number) =>
        Path.Combine(outputDirectory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"));

    /// <summary>The numbers of builds, alive or not, that have something in an output directory, in order.</summary>
    public static List<int> Numbers(string outputDirectory) =>
    [
        .. Names(outputDirectory).Select(static name => name[Prefix.Length..])
            .Select(static name => name.EndsWith(LockSuffix, StringComparison.Ordinal) ? name[..^LockSuffix.Length] : name)
            .Select(static name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
            .Where(static number => number is >= 0 and < MaxCount).Distinct().Order(),
    ];

    /// <summary>A new file.</summary>
    public FileStream CreateFile() => new(
        Path.Combine(FullName, (Interlocked.Increment(ref _count) - 1).ToString(CultureInfo.InvariantCulture)),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = WriteBufferSize,
        });

    /// <summary>Deletes the files and the directory. A link in its place, and directories inside, are nobody's: they are not followed.</summary>
    /// <exception cref="IOException">Something cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be deleted.</exception>
    public void Remove()
    {
        if (Directory.Exists(FullName) && new DirectoryInfo(FullName).LinkTarget is null)
        {
            foreach (var name in NamesIn(FullName, "*").Where(name => File.Exists(Path.Combine(FullName, name))))
            {
                File.Delete(Path.Combine(FullName, name));
            }

            Directory.Delete(FullName, recursive: false);
        }
    }

    /// <summary>Gives up the lock, which deletes its file; the directory stays unless it is removed.</summary>
    public void Dispose()
    {
        IsHeld = false;
        _lock.Dispose();
    }

    private static List<string> NamesIn(string directory, string pattern) =>
        [.. new DirectoryInfo(directory).EnumerateFileSystemInfos(pattern).Select(static info => info.Name).Order(StringComparer.Ordinal)];
}

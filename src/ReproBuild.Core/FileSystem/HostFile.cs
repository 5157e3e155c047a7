using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Publishing;

namespace ReproBuild.Core.FileSystem;

/// <summary>Files of the host that ReproBuild writes: first under a temporary name, and with errors that say what to do.</summary>
internal static class HostFile
{
    private const int FileExistsErrno = 17;
    private const int FileExistsWindows = unchecked((int)0x80070050);
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int NoSpaceErrno = 28;

    /// <summary>Creates a file with the first free number in its name; no other build that works in the same directory gets the same one.</summary>
    /// <param name="directory">The directory of the file.</param>
    /// <param name="prefix">The part of its name before the number.</param>
    /// <param name="suffix">The part of its name after the number.</param>
    /// <param name="options">How it is opened; the mode is <see cref="FileMode.CreateNew"/>.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static FileStream CreateNumbered(string directory, string prefix, string suffix, FileStreamOptions options)
    {
        options.Mode = FileMode.CreateNew;
        for (var number = 0; ; number++)
        {
            try
            {
                return new FileStream(Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}{suffix}")), options);
            }
            catch (IOException e) when (e.HResult is FileExistsErrno or FileExistsWindows)
            {
                // Another build's file, which may be gone by now, so asking whether it exists would not help.
            }
        }
    }

    /// <summary>Writes a file that appears, or replaces another, when it is complete.</summary>
    /// <exception cref="ReproBuildException">The file cannot be written; the message says why.</exception>
    public static async Task SaveAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(path)!;
        WorkDirectory? work = null;
        FileStream? file = null;
        try
        {
            await GuardAsync(path, async () =>
            {
                await Leftovers.CollectAsync(directory, NullLogger.Instance, cancellationToken).ConfigureAwait(false);
                work = WorkDirectory.Create(directory);
                file = work.CreateFile();
            }).ConfigureAwait(false);
            await WriteAsync(file!, write, cancellationToken).ConfigureAwait(false);
            FinishedFile[] finished = [new(Path.GetFileName(file!.Name), Path.GetFileName(path))];
            await GuardAsync(path, () => Publication.PublishAsync(directory, work!, finished, NullLogger.Instance, cancellationToken))
                .ConfigureAwait(false);
        }
        finally
        {
            if (work is not null)
            {
                Leftovers.Remove(work, NullLogger.Instance);
                work.Dispose();
            }
        }
    }

    /// <summary>Closes a file whose content is wanted no more, or is written already: what a full disk has no room for is given up.</summary>
    public static void Close(FileStream file)
    {
        try
        {
            file.Dispose();
        }
        catch (IOException)
        {
            // Whoever wrote it knows of the error, or has another one, which matters more.
        }
    }

    /// <summary>Says why a file or directory cannot be written, and what to do.</summary>
    public static ReproBuildException Error(string path, Exception cause)
    {
        var remedy = cause is UnauthorizedAccessException ? "Give the user who runs the build write permission there, or choose another directory."
            : IsDiskFull(cause) ? "The disk is full: free space there, or choose another directory."
            : "Check that it is a writable directory, or choose another one.";
        return new ReproBuildException($"Cannot write '{path}': {cause.Message} {remedy}", cause);
    }

    private static async Task WriteAsync(FileStream file, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new ScratchStream(file, file.Name);
            await write(stream, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Close(file);
        }
    }

    private static async Task GuardAsync(string path, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, e);
        }
    }

    private static bool IsDiskFull(Exception cause) =>
        cause.HResult == DiskFullWindows || (cause.HResult & 0xffff) == NoSpaceErrno ||
        cause.Message.Contains("No space left", StringComparison.Ordinal);
}

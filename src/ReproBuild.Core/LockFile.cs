namespace ReproBuild;

/// <summary>A lock between processes: an open file that no other opens. The system releases it when the process ends, however it ends.</summary>
internal static class LockFile
{
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int SharingViolationWindows = unchecked((int)0x80070020);

    /// <summary>Takes the lock; null when another holds it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isTemporary">
    /// Whether the file is deleted when the lock is given up. .NET then makes sure that the file which it locked still has its name, and
    /// starts again otherwise, so everyone must say the same.
    /// </param>
    /// <exception cref="IOException">The file cannot be opened, is a link, or is not locked by being open.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be opened.</exception>
    public static FileStream? TryAcquire(string path, bool isTemporary)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"'{path}' is a symbolic link, not a regular file. Remove it.");
        }

        var options = isTemporary ? FileOptions.DeleteOnClose : FileOptions.None;
        if (TryOpen(path, FileMode.OpenOrCreate, options) is not { } held)
        {
            return null;
        }

        using var second = TryOpen(path, FileMode.Open, FileOptions.None);
        if (second is null)
        {
            return held;
        }

        held.Dispose();
        throw new IOException(
            $"'{path}' cannot be locked, so builds could not tell each other's files apart: its file system has no locks, "
            + "or they are switched off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING). Switch them on, or choose a directory on a local disk.");
    }

    private static FileStream? TryOpen(string path, FileMode mode, FileOptions options)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac or SharingViolationWindows)
        {
            return null;
        }
    }
}

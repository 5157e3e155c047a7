namespace ReproBuild.Core.Publishing;

/// <summary>Waits until what has been written is on the disk, so that a power cut does not lose it.</summary>
internal static class DiskFlush
{
    /// <exception cref="IOException">The disk fails.</exception>
    public static void File(string path)
    {
        using var handle = UnixFile.IsSupported
            ? UnixFile.OpenRead(path)
            : System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Flushes the names in a directory. Windows has no call for it: NTFS keeps the order of renames in its own journal.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Directory(string path)
    {
        if (UnixFile.IsSupported)
        {
            using var handle = UnixFile.OpenRead(path);
            RandomAccess.FlushToDisk(handle);
        }
    }
}

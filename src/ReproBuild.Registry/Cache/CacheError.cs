namespace ReproBuild.Registry.Cache;

/// <summary>Says why a cache directory cannot be used, and what to do.</summary>
internal static class CacheError
{
    private const int DiskFullErrno = 28;
    private const int ReadOnlyErrno = 30;
    private const int QuotaExceededErrno = 122;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    public static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static CacheException Describe(string path, Exception cause)
    {
        var remedy = cause is UnauthorizedAccessException && OperatingSystem.IsWindows()
            ? "Close what has it open, give the user who builds write permission there, or choose another cache directory."
            : cause is UnauthorizedAccessException ? "Give the user who builds write permission there, or choose another cache directory."
            : IsFull(cause) ? "The disk is full: free space there, or choose another cache directory. What the cache already holds stays usable."
            : "Check that it is a writable directory on a local disk, or choose another cache directory.";
        return new CacheException($"Cannot write '{path}' in the image cache: {cause.Message.TrimEnd('.')}. {remedy}", cause);
    }

    /// <summary>Whether the user may not write there, whatever is written.</summary>
    public static bool IsReadOnly(Exception cause) => cause is UnauthorizedAccessException || cause.HResult == ReadOnlyErrno;

    private static bool IsFull(Exception cause) =>
        cause.HResult is DiskFullErrno or QuotaExceededErrno or DiskFullWindows ||
        cause.Message.Contains("No space left", StringComparison.Ordinal);
}

/// <summary>The cache directory fails, whatever is stored in it.</summary>
internal sealed class CacheException(string message, Exception? cause = null) : ReproBuildException(message, cause)
{
    /// <summary>Whether the cache can be read all the same.</summary>
    public bool IsReadOnly => InnerException is { } cause && CacheError.IsReadOnly(cause);
}

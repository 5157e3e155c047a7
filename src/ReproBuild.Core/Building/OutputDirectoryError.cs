namespace ReproBuild.Core.Building;

/// <summary>Says why an output directory cannot be written, and what to do.</summary>
internal static class OutputDirectoryError
{
    private const int DiskFullHResultWindows = unchecked((int)0x80070070);
    private const int NoSpaceErrno = 28;

    public static ReproBuildException Describe(string path, Exception cause)
    {
        var remedy = cause is UnauthorizedAccessException ? "Give the user who builds write permission there, or choose another directory."
            : IsDiskFull(cause) ? "The disk is full: free space there, or choose another directory."
            : "Check that it is a writable directory, or choose another one.";
        return new ReproBuildException($"Cannot write '{path}': {cause.Message} {remedy}", cause);
    }

    private static bool IsDiskFull(Exception cause) =>
        cause.HResult == DiskFullHResultWindows || (cause.HResult & 0xffff) == NoSpaceErrno ||
        cause.Message.Contains("No space left", StringComparison.Ordinal);
}

namespace ReproBuild.Core.FileSystem;

/// <summary>A modification time: seconds since 1970-01-01T00:00:00Z, negative before that, and nanoseconds.</summary>
/// <param name="Seconds">Whole seconds, rounded down.</param>
/// <param name="Nanoseconds">0 to 999,999,999, counted forward from <paramref name="Seconds"/>.</param>
public readonly record struct FileTime(long Seconds, int Nanoseconds = 0) : IComparable<FileTime>
{
    /// <summary>1970-01-01T00:00:00Z.</summary>
    public static FileTime UnixEpoch => default;

    /// <inheritdoc/>
    public int CompareTo(FileTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(FileTime left, FileTime right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is earlier or equal.</summary>
    public static bool operator <=(FileTime left, FileTime right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(FileTime left, FileTime right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is later or equal.</summary>
    public static bool operator >=(FileTime left, FileTime right) => left.CompareTo(right) >= 0;
}

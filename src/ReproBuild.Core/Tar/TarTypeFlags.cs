namespace ReproBuild.Core.Tar;

/// <summary>The type flags of header blocks other than those of <see cref="TarEntryType"/>.</summary>
/// <remarks>
/// GNU's volume label (<c>V</c>) says nothing about a file and is skipped; a directory with its listing (<c>D</c>) is a directory. Any
/// other flag, such as a file continued from another volume (<c>M</c>), is an error: dropping it or taking it for a regular file, as
/// POSIX suggests, would silently change the contents.
/// </remarks>
internal static class TarTypeFlags
{
    public const byte OldRegularFile = 0;
    public const byte ContiguousFile = (byte)'7';
    public const byte GnuSparseFile = (byte)'S';
    public const byte GnuLongName = (byte)'L';
    public const byte GnuLongLink = (byte)'K';
    public const byte GnuVolumeLabel = (byte)'V';
    public const byte GnuDirectoryListing = (byte)'D';
    public const byte PaxLocal = (byte)'x';
    public const byte PaxGlobal = (byte)'g';

    /// <summary>Sun's flag for a local PAX header, older than the standard.</summary>
    public const byte SunPaxLocal = (byte)'X';

    public static bool IsExtension(byte flag) =>
        flag is GnuLongName or GnuLongLink or GnuVolumeLabel or PaxLocal or PaxGlobal or SunPaxLocal;

    /// <summary>The type of an entry with the flag; null for an unknown flag.</summary>
    public static TarEntryType? ToEntryType(byte flag, ByteString name) => flag switch
    {
        // v7 had no flag for directories: their names end in a slash.
        OldRegularFile when name.Span.EndsWith("/"u8) => TarEntryType.Directory,
        OldRegularFile or ContiguousFile or GnuSparseFile => TarEntryType.RegularFile,
        GnuDirectoryListing => TarEntryType.Directory,
        >= (byte)TarEntryType.RegularFile and <= (byte)TarEntryType.Fifo => (TarEntryType)flag,
        _ => null,
    };

    /// <summary>Whether the header's size counts; writers leave numbers without meaning in the others' headers.</summary>
    public static bool HasData(byte flag, TarEntryType type) => type == TarEntryType.RegularFile || flag == GnuDirectoryListing;
}

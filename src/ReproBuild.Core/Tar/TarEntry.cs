using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The type of a tar entry; the value is its type flag (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
public enum TarEntryType
{
    /// <summary>A regular file; the reader also gives this for the old flags NUL and <c>7</c>, and for sparse files.</summary>
    RegularFile = '0',

    /// <summary>Another name of an earlier entry.</summary>
    HardLink = '1',

    /// <summary>A symbolic link.</summary>
    SymbolicLink = '2',

    /// <summary>A character device.</summary>
    CharacterDevice = '3',

    /// <summary>A block device.</summary>
    BlockDevice = '4',

    /// <summary>A directory.</summary>
    Directory = '5',

    /// <summary>A named pipe.</summary>
    Fifo = '6',
}

/// <summary>One member of a tar archive, with all its headers applied.</summary>
public sealed record TarEntry
{
    // Millions of entries are in memory at once: what few of them have is in an object of its own.
    private readonly Rare _rare = Rare.None;
    private readonly long _seconds;
    private readonly int _nanoseconds;

    /// <summary>Creates an entry.</summary>
    public TarEntry()
    {
    }

    [SetsRequiredMembers]
    private TarEntry(TarEntry entry, Rare rare)
        : this(entry) => _rare = rare;

    /// <summary>The type of the entry.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>The name as the archive has it, including <c>./</c> and a leading or trailing <c>/</c>.</summary>
    public required ByteString Name { get; init; }

    /// <summary>The permission bits, including set-user-id, set-group-id and sticky: 0 to 07777 (octal).</summary>
    public UnixFileMode Mode { get; init; }

    /// <summary>The owner's user id.</summary>
    public uint UserId { get; init; }

    /// <summary>The owner's group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>The owner's user name; often empty.</summary>
    public ByteString UserName
    {
        get => _rare.UserName;
        init => _rare = value == UserName ? _rare : _rare with { UserName = value };
    }

    /// <summary>The owner's group name; often empty.</summary>
    public ByteString GroupName
    {
        get => _rare.GroupName;
        init => _rare = value == GroupName ? _rare : _rare with { GroupName = value };
    }

    /// <summary>When the content last changed.</summary>
    public FileTime ModificationTime
    {
        get => new(_seconds, _nanoseconds);
        init => (_seconds, _nanoseconds) = value;
    }

    /// <summary>The length of the file in bytes, holes included; 0 for everything except a regular file.</summary>
    public long Size { get; init; }

    /// <summary>The target of a symbolic or hard link.</summary>
    public ByteString LinkName
    {
        get => _rare.LinkName;
        init => _rare = value == LinkName ? _rare : _rare with { LinkName = value };
    }

    /// <summary>The major number of a device.</summary>
    public uint DeviceMajor
    {
        get => _rare.DeviceMajor;
        init => _rare = value == DeviceMajor ? _rare : _rare with { DeviceMajor = value };
    }

    /// <summary>The minor number of a device.</summary>
    public uint DeviceMinor
    {
        get => _rare.DeviceMinor;
        init => _rare = value == DeviceMinor ? _rare : _rare with { DeviceMinor = value };
    }

    /// <summary>The extended attributes (<c>SCHILY.xattr.</c> and <c>LIBARCHIVE.xattr.</c> records), ordered by name, each name once.</summary>
    public ImmutableArray<ExtendedAttribute> ExtendedAttributes
    {
        get => _rare.ExtendedAttributes;
        init => _rare = value == ExtendedAttributes ? _rare : _rare with { ExtendedAttributes = value };
    }

    /// <summary>The other PAX records, whose values are in no property above, ordered by keyword, each keyword once.</summary>
    public ImmutableArray<PaxRecord> PaxRecords
    {
        get => _rare.PaxRecords;
        init => _rare = value == PaxRecords ? _rare : _rare with { PaxRecords = value };
    }

    /// <summary>The data of a sparse file; default (not empty) when the file is not sparse.</summary>
    /// <remarks><see cref="DataExtent.BlobOffset"/> counts from the start of the archive.</remarks>
    public ImmutableArray<DataExtent> SparseExtents
    {
        get => _rare.SparseExtents;
        init => _rare = value == SparseExtents ? _rare : _rare with { SparseExtents = value };
    }

    /// <summary>Where the entry's data begins in the archive, in bytes.</summary>
    public long DataOffset { get; init; }

    /// <summary>This entry, sharing with another what is the same in both, such as the names of the owner.</summary>
    internal TarEntry SharingWith(TarEntry? other) => _rare == other?._rare ? new TarEntry(this, other._rare) : this;

    private sealed record Rare
    {
        public static readonly Rare None = new();

        public ByteString UserName { get; init; }

        public ByteString GroupName { get; init; }

        public ByteString LinkName { get; init; }

        public uint DeviceMajor { get; init; }

        public uint DeviceMinor { get; init; }

        public ImmutableArray<ExtendedAttribute> ExtendedAttributes { get; init; } = [];

        public ImmutableArray<PaxRecord> PaxRecords { get; init; } = [];

        public ImmutableArray<DataExtent> SparseExtents { get; init; }
    }
}

/// <summary>A PAX extended header record (POSIX.1-2017, pax, "pax Extended Header").</summary>
/// <param name="Keyword">The keyword.</param>
/// <param name="Value">The value.</param>
public readonly record struct PaxRecord(ByteString Keyword, ByteString Value);

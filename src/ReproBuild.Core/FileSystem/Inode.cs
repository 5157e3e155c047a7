using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>An extended attribute, such as <c>security.capability</c>.</summary>
/// <param name="Name">The full name with its namespace prefix.</param>
/// <param name="Value">The value.</param>
public readonly record struct ExtendedAttribute(ByteString Name, ByteString Value);

/// <summary>A file's metadata and content, immutable. Two names that share one <see cref="Inode"/> object are hard links.</summary>
public sealed class Inode
{
    /// <summary>What the inode is.</summary>
    public required FileType Type { get; init; }

    /// <summary>The permission bits with set-user-id, set-group-id and sticky: 0 to 07777 (octal).</summary>
    public required int Mode { get; init; }

    /// <summary>The owner's user id.</summary>
    public uint UserId { get; init; }

    /// <summary>The owner's group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>When the content last changed.</summary>
    public FileTime ModificationTime { get; init; }

    /// <summary>The content of a regular file; empty for every other type.</summary>
    public FileContent Content { get; init; } = FileContent.Empty;

    /// <summary>The target of a symbolic link; empty for every other type.</summary>
    public ByteString LinkTarget { get; init; }

    /// <summary>The major number of a device.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>The minor number of a device.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>The extended attributes, ordered by name, each name once.</summary>
    public ImmutableArray<ExtendedAttribute> ExtendedAttributes { get; init; } = [];

    /// <summary>The parent directory that an archive implies without naming it: mode 0755, owner 0:0, time 0. Compared by reference.</summary>
    internal static Inode ImplicitDirectory { get; } = new() { Type = FileType.Directory, Mode = 0b111_101_101 };

    /// <summary>Whether the inode is a directory.</summary>
    public bool IsDirectory => Type == FileType.Directory;
}

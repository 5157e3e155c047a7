namespace ReproBuild.Core.Configuration;

/// <summary>The merged configuration as the content of a file.</summary>
public enum FileMetadata
{
    /// <summary>As YAML.</summary>
    Yaml,

    /// <summary>As JSON.</summary>
    Json,
}

/// <summary>One entry of <c>files</c>. Exactly one of contents, source, metadata, symlink and directory is given.</summary>
public sealed record FileConfig
{
    /// <summary>The path in the root file system.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it is a directory.</summary>
    public bool Directory { get; init; }

    /// <summary>The target of a symbolic link, or null.</summary>
    public string? SymbolicLink { get; init; }

    /// <summary>The content as text, or null.</summary>
    public string? Contents { get; init; }

    /// <summary>A file of the host whose content is taken, as written, or null.</summary>
    public string? SourcePath { get; init; }

    /// <summary>The merged configuration as content, or null.</summary>
    public FileMetadata? Metadata { get; init; }

    /// <summary>Whether an absent source is skipped.</summary>
    public bool Optional { get; init; }

    /// <summary>The permission bits, 0 to 07777 (octal).</summary>
    /// <value>Null means 0600, and 0700 for a directory.</value>
    public UnixFileMode? Mode { get; init; }

    /// <summary>The owner.</summary>
    public OwnerId UserId { get; init; } = OwnerId.Root;

    /// <summary>The group.</summary>
    public OwnerId GroupId { get; init; } = OwnerId.Root;

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Source { get; init; }

    /// <summary><c>mode</c> as the file has it, for <c>metadata</c>, or null.</summary>
    internal string? WrittenMode { get; init; }

    /// <summary><c>uid</c> as the file has it, for <c>metadata</c>, or null.</summary>
    internal string? WrittenUserId { get; init; }

    /// <summary><c>gid</c> as the file has it, for <c>metadata</c>, or null.</summary>
    internal string? WrittenGroupId { get; init; }
}

/// <summary>A user or group id: a number, or the name of a container whose id is meant.</summary>
/// <param name="Number">The number, when <paramref name="ContainerName"/> is null.</param>
/// <param name="ContainerName">The name of a container (<c>root</c> is read as the number 0), or null.</param>
public readonly record struct OwnerId(uint Number, string? ContainerName = null)
{
    /// <summary>The number 0.</summary>
    public static OwnerId Root => default;
}

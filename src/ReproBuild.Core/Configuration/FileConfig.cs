using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;
using static ReproBuild.Core.Configuration.ConfigurationTypes;

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
    public UnixFileMode? Mode
    {
        get => WrittenMode.Value;
        init => WrittenMode = new WrittenMode(value, null);
    }

    /// <summary>The owner.</summary>
    /// <value>Null means root.</value>
    public OwnerId? UserId { get; init; }

    /// <summary>The group.</summary>
    /// <value>Null means root.</value>
    public OwnerId? GroupId { get; init; }

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The mode, for <c>metadata</c> as the file has it.</summary>
    private WrittenMode WrittenMode { get; init; }

    internal static Section<FileConfig> Section { get; } = new Section<FileConfig>(static place => new FileConfig { Path = "", Location = place })
        {
            Location = static file => file.Location,
            Rule = ConfigurationRules.FileKind,
        }
        .Field("path", AnyText.That(ConfigurationRules.FilePath), static f => f.Path, static (f, value) => f with { Path = value }, required: true)
        .Field("directory", Flag, static f => f.Directory, static (f, value) => f with { Directory = value })
        .Field("symlink", Text, static f => f.SymbolicLink, static (f, value) => f with { SymbolicLink = value })
        .Field("contents", AnyText, static f => f.Contents, static (f, value) => f with { Contents = value })
        .Field("source", Text, static f => f.SourcePath, static (f, value) => f with { SourcePath = value })
        .Field(
            "metadata", Choice(("yaml", FileMetadata.Yaml), ("json", FileMetadata.Json)), static f => f.Metadata,
            static (f, value) => f with { Metadata = value })
        .Field("optional", Flag, static f => f.Optional, static (f, value) => f with { Optional = value })
        .Field("mode", OctalMode, static f => f.WrittenMode, static (f, value) => f with { WrittenMode = value })
        .Field("uid", FileOwner, static f => f.UserId, static (f, value) => f with { UserId = value })
        .Field("gid", FileOwner, static f => f.GroupId, static (f, value) => f with { GroupId = value });
}

namespace ReproBuild.Core.Configuration;

/// <summary>The <c>kernel</c> section.</summary>
public sealed record KernelConfig
{
    /// <summary>The image reference, as written; empty when a file to merge leaves it out.</summary>
    public string Image { get; init; } = "";

    /// <summary>The kernel command line.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The kernel's file name in the image.</summary>
    /// <value>Empty means <c>kernel</c>.</value>
    public string Binary { get; init; } = "";

    /// <summary>The file name of the tar with modules in the image; <c>none</c> or empty for none.</summary>
    /// <value>Null (not given) means <c>kernel.tar</c>.</value>
    public string? Tar { get; init; }

    /// <summary>The file name of the microcode archive in the image, or null for none.</summary>
    public string? Microcode { get; init; }

    /// <summary>Where the section was written.</summary>
    public SourceLocation? Source { get; init; }

    /// <summary>What remains when a later file's section is merged over this one; a text that replaces must not be empty.</summary>
    internal KernelConfig ReplacedBy(KernelConfig later) => new()
    {
        Image = later.Image.Length > 0 ? later.Image : Image,
        CommandLine = later.CommandLine.Length > 0 ? later.CommandLine : CommandLine,
        Binary = later.Binary.Length > 0 ? later.Binary : Binary,
        Tar = later.Tar ?? Tar,
        Microcode = later.Microcode ?? Microcode,
        Source = later.Image.Length > 0 ? later.Source : Source,
    };
}

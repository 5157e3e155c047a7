using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;
using static ReproBuild.Core.Configuration.ConfigurationTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>The <c>kernel</c> section.</summary>
public sealed record KernelConfig
{
    /// <summary>The image; null when a file to merge leaves it out.</summary>
    public ImageReference? Image { get; init; }

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
    public SourceLocation? Location { get; init; }

    internal static Section<KernelConfig> Section { get; } = new Section<KernelConfig>(static place => new KernelConfig { Location = place })
        {
            Location = static kernel => kernel.Location,
            AfterMerge = static (merged, later) => later.Image is not null ? merged with { Location = later.Location } : merged,
        }
        .Field("image", OptionalReference, static k => k.Image, static (k, value) => k with { Image = value }, absent: static () => "")
        .Field("cmdline", Text, static k => k.CommandLine, static (k, value) => k with { CommandLine = value })
        .Field("binary", Text, static k => k.Binary, static (k, value) => k with { Binary = value })
        .Field("tar", AnyText, static k => k.Tar, static (k, value) => k with { Tar = value })
        .Field("ucode", AnyText, static k => k.Microcode, static (k, value) => k with { Microcode = value });
}

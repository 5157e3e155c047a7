using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;
using static ReproBuild.Core.Configuration.ConfigurationTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>How a volume holds its image.</summary>
public enum VolumeFormat
{
    /// <summary>Unpacked.</summary>
    FileSystem,

    /// <summary>As an OCI image layout.</summary>
    Oci,
}

/// <summary>One entry of <c>volumes</c>.</summary>
public sealed record VolumeConfig
{
    /// <summary>The name: unique, of <c>[a-z0-9_-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The image; null for an empty volume.</summary>
    public ImageReference? Image { get; init; }

    /// <summary>Whether containers may only read it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How the image is held.</summary>
    /// <value>Null (not given) means <see cref="VolumeFormat.FileSystem"/>.</value>
    public VolumeFormat? Format { get; init; }

    /// <summary>The platforms to keep with <see cref="VolumeFormat.Oci"/>; empty keeps all.</summary>
    public ImmutableArray<Platform> Platforms { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Location { get; init; }

    internal static Section<VolumeConfig> Section { get; } =
        new Section<VolumeConfig>(static place => new VolumeConfig { Name = "", Location = place })
        {
            Location = static volume => volume.Location,
        }
        .Field("name", AnyText.That(ConfigurationRules.VolumeName), static v => v.Name, static (v, value) => v with { Name = value }, required: true)
        .Field("image", OptionalReference, static v => v.Image, static (v, value) => v with { Image = value })
        .Field("readonly", Flag, static v => v.ReadOnly ? true : null, static (v, value) => v with { ReadOnly = value })
        .Field(
            "format", Choice(("filesystem", VolumeFormat.FileSystem), ("oci", VolumeFormat.Oci)), static v => v.Format,
            static (v, value) => v with { Format = value })
        .Field("platforms", List(PlatformText), static v => v.Platforms, static (v, value) => v with { Platforms = value }, omitEmpty: true);

    /// <summary>Whether both say the same in the same place; lists are compared item by item.</summary>
    public bool Equals(VolumeConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

using System.Collections.Immutable;
using ReproBuild.Core.Building.Assembling;

namespace ReproBuild.Core.Building;

/// <summary>What the references of a configuration resolved to.</summary>
/// <param name="Uses">Every use of an image, in the order of the assembly.</param>
/// <param name="Images">The images that are unpacked, by full reference.</param>
/// <param name="Layouts">The images that volumes hold as OCI layouts, by the volume's name; of an index, one of its platforms.</param>
internal sealed record ResolvedImages(
    ImmutableArray<ImageUse> Uses, IReadOnlyDictionary<string, IImage> Images, IReadOnlyDictionary<string, IImage> Layouts)
{
    /// <summary>Each image once, in the order of the uses.</summary>
    public ImmutableArray<ResolvedInput> Inputs =>
    [
        .. Uses.GroupBy(static use => (use.Reference, Volume: use.Volume?.Name)).Select(group => new ResolvedInput(
            group.Key.Reference,
            group.Key.Volume is { } name ? Layouts[name].Digest : Images[group.Key.Reference].Digest,
            group.Key.Volume is null ? Images[group.Key.Reference].ManifestDigest : null,
            [.. group.Select(static use => use.Location)])),
    ];
}

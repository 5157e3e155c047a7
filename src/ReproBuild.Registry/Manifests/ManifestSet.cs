using System.Collections.Immutable;

namespace ReproBuild.Registry.Manifests;

/// <summary>The manifests of an index and of all indexes inside it, in order.</summary>
/// <param name="Images">The manifests of images; a platform that no index gives is null.</param>
/// <param name="Attestations">What tells something about an image, and is never one.</param>
internal sealed record ManifestSet(ImmutableArray<OciDescriptor> Images, ImmutableArray<OciDescriptor> Attestations)
{
    // BuildKit, docs/attestations/attestation-storage.md.
    private const string ReferenceType = "vnd.docker.reference.type";
    private const string ReferenceDigest = "vnd.docker.reference.digest";
    private const string AttestationManifest = "attestation-manifest";

    private const int MaxShown = 40;

    /// <summary>What is wrong with parts of the index that are left out, since they are damaged.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public static bool IsAttestation(OciDescriptor descriptor) =>
        descriptor.Annotations.GetValueOrDefault(ReferenceType) == AttestationManifest;

    /// <summary>The attestations about one image.</summary>
    public IEnumerable<OciDescriptor> AttestationsOf(Digest manifest) =>
        Attestations.Where(attestation => attestation.Annotations.GetValueOrDefault(ReferenceDigest) == manifest.ToString());

    /// <summary>The image for a platform: the best variant, and of equals the first; null when there is none.</summary>
    public OciDescriptor? Select(Platform wanted)
    {
        var matcher = new PlatformMatcher(wanted);
        return Images
            .Where(image => image.Platform is not null && matcher.Rank(image.Platform) >= 0)
            .OrderBy(image => matcher.Rank(image.Platform!))
            .FirstOrDefault();
    }

    /// <summary>The platforms there are, for messages.</summary>
    public string DescribePlatforms()
    {
        var platforms = Images.Select(static image => image.Platform?.ToString().Shown() ?? "an unnamed platform")
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var more = platforms.Length > MaxShown ? $" and {platforms.Length - MaxShown} more" : "";
        return platforms.Length == 0 ? "no image at all" : string.Join(", ", platforms.Take(MaxShown)) + more;
    }
}

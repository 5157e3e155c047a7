using System.Collections.Immutable;
using ReproBuild.Core.Images;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>The image of a platform.</summary>
/// <param name="Digest">The digest of the manifest.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Configuration">The configuration.</param>
/// <param name="Attestations">The attestation manifests about the image.</param>
internal sealed record SelectedImage(
    Digest Digest, ImageManifest Manifest, ImageConfiguration Configuration, ImmutableArray<OciDescriptor> Attestations);

/// <summary>Finds the image of a platform below a manifest or index.</summary>
internal sealed class ImageSelector(ManifestReader manifests)
{
    /// <exception cref="ReproBuildException">An index has no image for the platform; the message names the platforms that it has.</exception>
    public async Task<SelectedImage> SelectAsync(
        ImageReference reference, ManifestContent root, Platform platform, CancellationToken cancellationToken)
    {
        var parsed = manifests.Parse(reference, root);
        if (parsed is ImageManifest single)
        {
            // As LinuxKit: without an index there is nothing to choose from, and images of scripts or firmware often name the
            // platform that made them.
            return new SelectedImage(
                root.Digest, single, await manifests.ReadConfigurationAsync(reference, single, cancellationToken).ConfigureAwait(false), []);
        }

        var set = await manifests.WalkAsync(reference, (ImageIndex)parsed, cancellationToken).ConfigureAwait(false);
        if (set.Select(platform) is null)
        {
            set = await manifests.CompletePlatformsAsync(reference, set, cancellationToken).ConfigureAwait(false);
        }

        var chosen = set.Select(platform) ?? throw NoSuchPlatform(reference, platform, set);
        var image = await manifests.ReadImageAsync(reference, chosen, cancellationToken).ConfigureAwait(false);
        return new SelectedImage(
            chosen.Digest,
            image,
            await manifests.ReadConfigurationAsync(reference, image, cancellationToken).ConfigureAwait(false),
            [.. set.AttestationsOf(chosen.Digest)]);
    }

    public static ReproBuildException NoSuchPlatform(ImageReference reference, Platform wanted, ManifestSet set) =>
        set.Images.IsEmpty && !set.Problems.IsEmpty
            ? new IntegrityException($"{reference} has no image that can be read. {set.Problems[0]}")
            : new ReproBuildException(
                $"{reference} has no image for {wanted}; it has {set.DescribePlatforms()}. Build for one of these, or name another image."
                + (set.Problems.IsEmpty ? "" : $" {set.Problems.Length} of its parts cannot be read: {set.Problems[0]}"));
}

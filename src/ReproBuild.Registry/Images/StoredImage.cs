using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>An image whose layers come through the cache.</summary>
internal sealed class StoredImage(ImageManifest manifest, ReferenceResolver resolver, LayerCache layers, SpdxAttestations spdx) : IImage
{
    public required ImageReference Reference { get; init; }

    public required Digest Digest { get; init; }

    public required Digest ManifestDigest { get; init; }

    public required ImageConfiguration Configuration { get; init; }

    /// <summary>The attestation manifests about this image.</summary>
    public required ImmutableArray<OciDescriptor> Attestations { get; init; }

    public int LayerCount => manifest.Layers.Length;

    public long CompressedSize => manifest.Layers.Sum(static layer => layer.Size);

    public async Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var layer = manifest.Layers[index];
        if (!MediaTypes.IsLayer(layer.MediaType))
        {
            throw new IntegrityException(
                $"The layer {layer.Digest} of {Reference} has the media type '{layer.MediaType.Shown()}', "
                + "which is not a file system layer (tar, tar+gzip or tar+zstd).");
        }

        try
        {
            return await layers.GetAsync(Reference, layer, Configuration.DiffIds[index], progress, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsNotFound && MediaTypes.IsNondistributable(layer.MediaType))
        {
            throw new IntegrityException(
                $"The layer {layer.Digest} of {Reference} is nondistributable ('{layer.MediaType.Shown()}') and the registry does not keep it. "
                + "Push the image with its nondistributable layers, or name a layout that holds them.", e);
        }
        catch (ReproBuildException e)
        {
            // This build has decided for the image; the next one asks again.
            resolver.ForgetIfBroken(Reference, Digest, e);
            throw;
        }
    }

    public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) =>
        spdx.ReadAsync(Reference, Attestations, cancellationToken);
}

using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>Reads the SPDX documents of attestation manifests (BuildKit, docs/attestations/attestation-storage.md).</summary>
internal sealed class SpdxAttestations(ContentStore store, ManifestReader manifests, InputLimits limits)
{
    private const string PredicateType = "in-toto.io/predicate-type";
    private const string SpdxDocument = "https://spdx.dev/Document";

    public async Task<ImmutableArray<FileContent>> ReadAsync(
        ImageReference reference, IEnumerable<OciDescriptor> attestations, CancellationToken cancellationToken)
    {
        var documents = ImmutableArray.CreateBuilder<FileContent>();
        foreach (var attestation in attestations)
        {
            var (_, manifest) = await manifests.ReadAsync(reference, attestation, cancellationToken).ConfigureAwait(false);
            foreach (var layer in ((ImageManifest)manifest).Layers.Where(IsSpdx))
            {
                documents.Add(await ReadAsync(reference, layer, cancellationToken).ConfigureAwait(false));
            }
        }

        return documents.ToImmutable();
    }

    private static bool IsSpdx(OciDescriptor layer) =>
        layer.MediaType == MediaTypes.InTotoStatement && layer.Annotations.GetValueOrDefault(PredicateType) == SpdxDocument;

    private async Task<FileContent> ReadAsync(ImageReference reference, OciDescriptor layer, CancellationToken cancellationToken)
    {
        if (layer.Size > limits.MaxAttestationSize)
        {
            throw new IntegrityException(
                $"The SPDX attestation {layer.Digest} of {reference} has {layer.Size} bytes, more than {limits.MaxAttestationSize} (limit {nameof(InputLimits.MaxAttestationSize)}).");
        }

        var blob = await store.OpenAsync(reference, layer, cancellationToken).ConfigureAwait(false);
        return InTotoStatement.FindPredicate(blob, $"The SPDX attestation {layer.Digest} of {reference}");
    }
}

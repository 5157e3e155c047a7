using System.Collections.Immutable;
using System.Text.Json;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Cache;
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
        store.ThrowIfDisposed();
        var documents = ImmutableArray.CreateBuilder<FileContent>();
        var size = 0L;
        foreach (var attestation in attestations.DistinctBy(static attestation => attestation.Digest))
        {
            var manifest = await manifests.ReadImageAsync(reference, attestation, cancellationToken).ConfigureAwait(false);
            foreach (var layer in manifest.Layers.Where(IsSpdx))
            {
                CheckSize(reference, layer, size += layer.Size);
                documents.Add(await ReadAsync(reference, layer, cancellationToken).ConfigureAwait(false));
            }
        }

        return documents.ToImmutable();
    }

    private static bool IsSpdx(OciDescriptor layer) =>
        layer.MediaType == MediaTypes.InTotoStatement && layer.Annotations.GetValueOrDefault(PredicateType) == SpdxDocument;

    // A manifest's layers are bounded together, so the sum of few of them cannot overflow before it is too large.
    private void CheckSize(ImageReference reference, OciDescriptor layer, long size)
    {
        if (size > limits.MaxAttestationSize)
        {
            throw new IntegrityException(
                $"The SPDX attestation {layer.Digest} of {reference} has {layer.Size} bytes, with those before it {size}: "
                + $"more than {limits.MaxAttestationSize} (limit {nameof(InputLimits.MaxAttestationSize)}).");
        }
    }

    private async Task<FileContent> ReadAsync(ImageReference reference, OciDescriptor layer, CancellationToken cancellationToken)
    {
        var blob = await store.OpenAsync(reference, layer, cancellationToken).ConfigureAwait(false);
        return InTotoStatement.FindPredicate(blob, $"The SPDX attestation {layer.Digest} of {reference}", cancellationToken);
    }
}

/// <summary>Finds the <c>predicate</c> of an in-toto statement (in-toto attestation framework, spec v1, statement.md) without holding it.</summary>
internal static class InTotoStatement
{
    private const int FirstBufferSize = 64 * 1024;

    /// <summary>The predicate, as a part of the blob.</summary>
    /// <exception cref="IntegrityException">The blob is not a statement with a predicate.</exception>
    public static FileContent FindPredicate(Blob blob, string document, CancellationToken cancellationToken)
    {
        try
        {
            return Scan(blob, cancellationToken) ?? throw new IntegrityException($"{document} is not an in-toto statement: it has no predicate.");
        }
        catch (JsonException e)
        {
            throw JsonField.NotJson(document, e);
        }
        catch (InvalidOperationException e)
        {
            throw JsonField.NameIsNotText(document, e);
        }
    }

    private static FileContent? Scan(Blob blob, CancellationToken cancellationToken)
    {
        var scan = new PredicateScan();
        var buffer = new byte[FirstBufferSize];
        long offset = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = blob.Read(offset, buffer);
            var isFinal = offset + count == blob.Length;
            var consumed = scan.Advance(buffer.AsSpan(0, count), isFinal, offset);
            if (isFinal)
            {
                return scan.End > 0 ? new FileContent(blob, scan.Start, scan.End - scan.Start) : null;
            }

            if (consumed == 0)
            {
                // One token is longer than the buffer; the blob's size, which is limited, limits it.
                buffer = new byte[Math.Min(buffer.Length * 2L, blob.Length - offset)];
            }

            offset += consumed;
        }
    }

    private sealed class PredicateScan
    {
        private JsonReaderState _state;
        private bool _isNext;
        private bool _isInside;

        public long Start { get; private set; }

        public long End { get; private set; }

        public int Advance(ReadOnlySpan<byte> bytes, bool isFinal, long offset)
        {
            var reader = new Utf8JsonReader(bytes, isFinal, _state);
            while (reader.Read())
            {
                Visit(ref reader, offset);
            }

            _state = reader.CurrentState;
            return (int)reader.BytesConsumed;
        }

        private void Visit(ref Utf8JsonReader reader, long offset)
        {
            if (_isNext && reader.TokenType == JsonTokenType.StartObject)
            {
                Start = offset + reader.TokenStartIndex;
                _isInside = true;
            }
            else if (_isInside && reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.EndObject)
            {
                End = offset + reader.BytesConsumed;
                _isInside = false;
            }

            _isNext = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("predicate"u8);
        }
    }
}

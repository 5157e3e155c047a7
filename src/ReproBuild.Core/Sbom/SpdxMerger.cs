using System.Globalization;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;
using static ReproBuild.Core.Sbom.SpdxSections;

namespace ReproBuild.Core.Sbom;

/// <summary>Merges the bills of materials of a build's images into one document (SPDX 2.3, JSON).</summary>
/// <remarks>
/// The packages, files, snippets, relationships, licensing infos, references and annotations of all documents; their creation infos are
/// not kept. The result depends on the set of inputs, not on their order. No inputs give a document that describes nothing.
/// </remarks>
internal static class SpdxMerger
{
    private const string Version = "SPDX-2.3";

    /// <summary>Merges documents.</summary>
    /// <param name="name">The name of the merged document.</param>
    /// <param name="sourceDateEpoch">When it was created, in seconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="inputs">The documents.</param>
    /// <param name="limits">What each document must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="IntegrityException">A document is not SPDX 2 in JSON; the message names its image.</exception>
    public static byte[] Merge(string name, long sourceDateEpoch, IReadOnlyList<SpdxInput> inputs, InputLimits? limits = null)
    {
        var sections = new SortedDictionary<string, SpdxElements>(StringComparer.Ordinal);
        foreach (var section in Merged)
        {
            sections.Add(section, new SpdxElements());
        }

        foreach (var input in inputs)
        {
            Add(SpdxDocument.Read(input, limits ?? InputLimits.Default), sections);
        }

        return CanonicalJsonWriter.Serialize(Compose(name, sourceDateEpoch, sections));
    }

    private static void Add(SpdxDocument document, SortedDictionary<string, SpdxElements> sections)
    {
        var rewriter = new SpdxRewriter(document.Tag, document.Directory);
        try
        {
            foreach (var (section, elements) in sections)
            {
                elements.AddRange(document.Section(section).Select(rewriter.Rewrite));
            }

            sections[Relationships].AddRange(document.DescribedElements().Select(id => Describe(rewriter.Identifier(id))));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // What System.Text.Json cannot decode or CanonicalJsonWriter cannot write: a lone surrogate, or a number that is not finite.
            throw document.Invalid($"cannot be written canonically: {e.Message}", e);
        }
    }

    private static JsonObject Describe(string id) => new() { [Element] = DocumentId, [Relation] = Describes, [RelatedElement] = id };

    private static JsonObject Compose(string name, long sourceDateEpoch, SortedDictionary<string, SpdxElements> sections)
    {
        var created = DateTimeOffset.FromUnixTimeSeconds(sourceDateEpoch).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var document = new JsonObject
        {
            ["spdxVersion"] = Version,
            ["dataLicense"] = "CC0-1.0",
            [Id] = DocumentId,
            ["name"] = name,
            ["creationInfo"] = new JsonObject { ["created"] = created, ["creators"] = new JsonArray("Tool: ReproBuild") },
        };
        foreach (var (section, elements) in sections)
        {
            if (elements.ToSortedArray() is { Count: > 0 } sorted)
            {
                document.Add(section, sorted);
            }
        }

        document.Add("documentNamespace", Namespace(name, document));
        return document;
    }

    /// <summary>The form that SPDX 2.3, clause 6.5, proposes, with an identifier of the content in place of a random one.</summary>
    private static string Namespace(string name, JsonObject document)
    {
        var digest = Digest.OfSha256(CanonicalJsonWriter.Serialize(document));
        return $"https://spdx.org/spdxdocs/{Uri.EscapeDataString(name)}-{IdentifierDerivation.DeriveGuid(digest, "spdx document namespace"):D}";
    }
}

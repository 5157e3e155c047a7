using System.Globalization;
using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
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
    /// <param name="limits">What each document must not exceed.</param>
    /// <exception cref="IntegrityException">A document is not SPDX 2 in JSON; the message names its image.</exception>
    public static byte[] Merge(string name, long sourceDateEpoch, IReadOnlyList<SpdxInput> inputs, InputLimits limits)
    {
        var sections = new SortedDictionary<string, SpdxElements>(StringComparer.Ordinal);
        foreach (var section in Merged)
        {
            sections.Add(section, new SpdxElements());
        }

        foreach (var input in inputs)
        {
            Add(SpdxDocument.Read(input, limits), sections);
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
                elements.AddRange(document.Section(section).Select(
                    element => section == Packages ? rewriter.RewritePackage(element) : rewriter.Rewrite(element)));
            }

            sections[Relationships].AddRange(document.DescribedElements().Select(id => Describe(rewriter.Identifier(id))));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // What System.Text.Json cannot decode or CanonicalJsonWriter cannot write: a lone surrogate, or a number that is not finite.
            var reason = e is ArgumentException argument ? argument.MessageWithoutParameter() : e.Message;
            throw document.Invalid($"cannot be written canonically: {reason}", e);
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

/// <summary>An image's SPDX document, and where the build unpacks that image.</summary>
/// <param name="ImageReference">The full reference of the image.</param>
/// <param name="Directory">The directory, without slashes at the ends; empty for the root.</param>
/// <param name="Document">The document, as JSON.</param>
internal sealed record SpdxInput(string ImageReference, string Directory, FileContent Document);

/// <summary>Elements of the merged document: each once, in the byte order of their canonical form, which begins with the identifier.</summary>
internal sealed class SpdxElements
{
    private readonly List<(ByteString Form, JsonObject Element)> _elements = [];

    /// <exception cref="ArgumentException">An element has no canonical form.</exception>
    public void AddRange(IEnumerable<JsonObject> elements)
    {
        foreach (var element in elements)
        {
            _elements.Add((new ByteString(CanonicalJsonWriter.Serialize(element)), element));
        }
    }

    public JsonArray ToSortedArray()
    {
        _elements.Sort(static (left, right) => left.Form.CompareTo(right.Form));
        var array = new JsonArray();
        for (var i = 0; i < _elements.Count; i++)
        {
            if (i == 0 || _elements[i].Form != _elements[i - 1].Form)
            {
                array.Add((JsonNode)_elements[i].Element);
            }
        }

        return array;
    }
}

using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static ReproBuild.Core.Sbom.SpdxSections;

namespace ReproBuild.Core.Sbom;

/// <summary>Gives the identifiers of one document a mark of their own, and its file names the directory of the image.</summary>
/// <remarks>
/// Identifiers are unique in a document only (SPDX 2.3, clauses 6.3, 6.6 and 10.1), so those of two documents may be equal and mean
/// different things.
/// </remarks>
internal sealed partial class SpdxRewriter(string tag, string directory)
{
    private static readonly FrozenSet<string> IdentifierKeys = FrozenSet.Create(
        StringComparer.Ordinal,
        Id, Element, RelatedElement, "hasFiles", "snippetFromFile", "reference", "externalDocumentId",
        "licenseId", "licenseConcluded", "licenseDeclared", "licenseInfoFromFiles", "licenseInfoInFiles", "licenseInfoInSnippets");

    private static readonly FrozenSet<string> FileNameKeys = FrozenSet.Create(
        StringComparer.Ordinal, "fileName", PackageFileName, "packageVerificationCodeExcludedFiles");

    /// <summary>A copy of an element of the document.</summary>
    public JsonObject Rewrite(JsonObject element)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in element)
        {
            copy.Add(key, Rewrite(key, value));
        }

        return copy;
    }

    /// <summary>
    /// A copy of a package. Without a file name of its own it gets the image's directory, which says where it is (SPDX 2.3, clause 7.4: "the
    /// path of the directory being treated as a package"), as LinuxKit writes it.
    /// </summary>
    public JsonObject RewritePackage(JsonObject package)
    {
        var copy = Rewrite(package);
        if (directory.Length > 0 && !copy.ContainsKey(PackageFileName))
        {
            copy.Add(PackageFileName, directory);
        }

        return copy;
    }

    /// <summary>The identifier of an element of the document in the merged one.</summary>
    public string Identifier(string text) =>
        LocalIdentifier().Replace(text, match => $"{match.Groups["kind"].Value}{tag}-{match.Groups["name"].Value}");

    private JsonNode? Rewrite(string key, JsonNode? value) => value switch
    {
        JsonObject members => Rewrite(members),
        JsonArray items => new JsonArray([.. items.Select(item => Rewrite(key, item))]),
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => JsonValue.Create(Rewrite(key, text)),
        _ => value?.DeepClone(),
    };

    private string Rewrite(string key, string text) =>
        IdentifierKeys.Contains(key) ? Identifier(text)
        : FileNameKeys.Contains(key) ? FileName(text)
        : text;

    private string FileName(string name)
    {
        var components = new List<string>(directory.Split('/'));
        foreach (var component in name.Split('/'))
        {
            if (component == ".." && components.Count > 0)
            {
                components.RemoveAt(components.Count - 1);
            }
            else
            {
                components.Add(component);
            }
        }

        return string.Join('/', components.Where(static c => c is not ("" or "." or "..")));
    }

    // What DocumentRef- qualifies is another document's own name, and SPDXRef-DOCUMENT is the merged document.
    [GeneratedRegex(
        @"(?<![A-Za-z0-9.:-])(?<kind>SPDXRef-|LicenseRef-|DocumentRef-)(?!DOCUMENT(?![A-Za-z0-9.-]))(?<name>[A-Za-z0-9.-]+)",
        RegexOptions.CultureInvariant)]
    private static partial Regex LocalIdentifier();
}

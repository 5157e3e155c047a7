using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using static ReproBuild.Core.Sbom.SpdxSections;

namespace ReproBuild.Core.Sbom;

/// <summary>One image's document, read and checked as far as the merging relies on it.</summary>
internal sealed class SpdxDocument
{
    // Enough that two documents of a build never share it.
    private const int TagLength = 16;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly SpdxInput _input;
    private readonly JsonObject _root;

    private SpdxDocument(SpdxInput input, JsonObject root, string tag) => (_input, _root, Tag) = (input, root, tag);

    /// <summary>What makes the document's identifiers its own: derived from the image, the directory and the document.</summary>
    public string Tag { get; }

    /// <summary>Where the image is unpacked.</summary>
    public string Directory => _input.Directory;

    /// <exception cref="IntegrityException">The document is too large, or not SPDX 2 in JSON; the message names the image.</exception>
    public static SpdxDocument Read(SpdxInput input, InputLimits limits)
    {
        if (input.Document.Length > limits.MaxAttestationSize)
        {
            throw Invalid(input, $"has {input.Document.Length} bytes, more than {limits.MaxAttestationSize} (limit MaxAttestationSize)");
        }

        var bytes = new byte[input.Document.Length];
        input.Document.Read(0, bytes);
        try
        {
            var document = new SpdxDocument(input, JsonNode.Parse(bytes, documentOptions: Strict) as JsonObject
                ?? throw Invalid(input, "is not a JSON object"), TagOf(input, bytes));
            document.CheckVersion();
            return document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is what System.Text.Json throws for an escaped lone surrogate.
            throw Invalid(input, $"is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The objects of a list of the document.</summary>
    public IEnumerable<JsonObject> Section(string name) =>
        List(name).Select(item => item as JsonObject ?? throw Invalid($"has something other than an object in '{name}'"));

    /// <summary>The elements that the document is about; what it does not say is taken to be its packages, or else its files.</summary>
    public IEnumerable<string> DescribedElements()
    {
        var listed = List(Described).Select(id => Text(id) ?? throw Invalid($"has something other than an identifier in '{Described}'")).ToArray();
        if (listed.Length > 0)
        {
            return listed;
        }

        return Section(Relationships).Any(IsDescription) ? []
            : (Section(Packages).Any() ? Section(Packages) : Section(Files)).Select(IdOf);
    }

    /// <summary>The error for a document that is not what SPDX says.</summary>
    public IntegrityException Invalid(string why, Exception? inner = null) => Invalid(_input, why, inner);

    private void CheckVersion()
    {
        var version = Text(_root["spdxVersion"]);
        if (version is null || !version.StartsWith("SPDX-2.", StringComparison.Ordinal))
        {
            throw Invalid($"has the version '{version ?? "(none)"}', not SPDX-2.x");
        }

        foreach (var element in Section(Packages).Concat(Section(Files)).Concat(Section(Snippets)))
        {
            _ = IdOf(element);
        }
    }

    private string IdOf(JsonObject element) =>
        Text(element[Id]) is { } id && id.StartsWith("SPDXRef-", StringComparison.Ordinal)
            ? id
            : throw Invalid($"has an element without an {Id} that begins with SPDXRef-");

    private static bool IsDescription(JsonObject relationship) =>
        Text(relationship[Relation]) switch
        {
            Describes => Text(relationship[Element]) == DocumentId,
            "DESCRIBED_BY" => Text(relationship[RelatedElement]) == DocumentId,
            _ => false,
        };

    private JsonArray List(string name) => _root[name] switch
    {
        null => [],
        JsonArray items => items,
        _ => throw Invalid($"has a '{name}' that is not a list"),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string TagOf(SpdxInput input, byte[] document)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(ByteString.FromUtf8($"{input.ImageReference}\n{input.Directory}\n").Span);
        hash.AppendData(document);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..TagLength];
    }

    private static IntegrityException Invalid(SpdxInput input, string why, Exception? inner = null) => new(
        $"The SPDX document in the attestation of {input.ImageReference} {why}. Attest the image again, or build without a bill of materials.",
        inner);
}

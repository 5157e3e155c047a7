using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Images;

namespace ReproBuild.Testing.Conforming;

/// <summary>Reads the images of the conformance data without the project's own registry code.</summary>
public static class ConformanceLayout
{
    private const string NameAnnotation = "org.opencontainers.image.ref.name";

    private static string Directory { get; } = Path.Combine(ExpectedTree.DataDirectory, "layout");

    /// <summary>The digest that a reference names.</summary>
    public static Digest Resolve(string reference) =>
        Digest.Parse((string)Parse(File.ReadAllBytes(Path.Combine(Directory, "index.json")))["manifests"]!.AsArray()
            .Single(manifest => (string?)manifest!["annotations"]![NameAnnotation] == reference)!["digest"]!);

    public static byte[] Blob(Digest digest) => File.ReadAllBytes(Path.Combine(Directory, "blobs", digest.Algorithm, digest.Hex));

    /// <summary>The digest of the manifest for an architecture; itself when the digest names no index.</summary>
    public static Digest Manifest(Digest digest, string architecture) =>
        Parse(Blob(digest))["manifests"] is JsonArray manifests
            ? Digest.Parse((string)manifests.Single(manifest => (string?)manifest!["platform"]!["architecture"] == architecture)!["digest"]!)
            : digest;

    /// <summary>The digests of a manifest's layers, which are gzip'ed, lowest first.</summary>
    public static ImmutableArray<Digest> Layers(Digest manifest) =>
        [.. Parse(Blob(manifest))["layers"]!.AsArray().Select(static layer => Digest.Parse((string)layer!["digest"]!))];

    /// <summary>The digest of a manifest's configuration.</summary>
    public static Digest Config(Digest manifest) => Digest.Parse((string)Parse(Blob(manifest))["config"]!["digest"]!);

    public static ImageConfiguration Configuration(Digest manifest)
    {
        var image = Parse(Blob(Config(manifest)));
        var config = image["config"]!.AsObject();
        return new ImageConfiguration
        {
            Platform = Platform.Linux((string)image["architecture"]!),
            Entrypoint = Texts(config["Entrypoint"]),
            Command = Texts(config["Cmd"]),
            Environment = Texts(config["Env"]),
            WorkingDirectory = (string?)config["WorkingDir"],
            Labels = (config["Labels"]?.AsObject() ?? []).ToImmutableSortedDictionary(static l => l.Key, static l => (string)l.Value!, StringComparer.Ordinal),
        };
    }

    private static JsonObject Parse(byte[] json) => (JsonObject)JsonNode.Parse(json)!;

    private static ImmutableArray<string> Texts(JsonNode? array) => [.. (array?.AsArray() ?? []).Select(static text => (string)text!)];
}

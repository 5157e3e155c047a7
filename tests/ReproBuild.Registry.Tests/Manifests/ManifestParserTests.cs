using System.Text;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Manifests;

public sealed class ManifestParserTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly string ManifestJson =
        $$$"""{"schemaVersion":2"""
        + $$$""","mediaType":"{{{MediaTypes.OciManifest}}}","config":{"mediaType":"{{{MediaTypes.OciConfiguration}}}","digest":"{{{Sha}}}","size":0"""
        + $$$"""},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{Sha}}}","size":7"""
        + ""","annotations":{"a":"b"}}],"annotations":{"x":"y"}}""";

    private static Manifest Parse(string json, string mediaType = "", InputLimits? limits = null)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return ManifestParser.Parse(new ManifestContent(Digest.OfSha256(bytes), mediaType, bytes), "The manifest", limits ?? InputLimits.Default);
    }

    [Fact]
    public void A_manifest_gives_its_configuration_and_layers()
    {
        var manifest = Assert.IsType<ImageManifest>(Parse(ManifestJson));
        Assert.Equal("application/vnd.oci.image.config.v1+json", manifest.Configuration.MediaType);
        var layer = Assert.Single(manifest.Layers);
        Assert.Equal((7, "b"), (layer.Size, layer.Annotations["a"]));
    }

    [Theory]
    [InlineData("application/vnd.docker.distribution.manifest.list.v2+json", "")]
    [InlineData("", "application/vnd.docker.distribution.manifest.list.v2+json")]
    [InlineData("", "")]
    [InlineData("", "text/plain")]
    public void An_index_is_recognized_by_its_media_type_or_its_members(string own, string announced)
    {
        var ownType = own.Length > 0 ? $",\"mediaType\":\"{own}\"" : "";
        var json = $$$"""{"schemaVersion":2{{{ownType}}}"""
            + $$$""","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{Sha}}}","size":3"""
            + ""","platform":{"os":"linux","architecture":"arm","variant":"v7"}}]}""";
        var index = Assert.IsType<ImageIndex>(Parse(json, announced));
        Assert.Equal("linux/arm/v7", Assert.Single(index.Manifests).Platform?.ToString());
    }

    [Theory]
    [InlineData("[]", "it is not an object")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("{\"schemaVersion\":2,\"schemaVersion\":2}", "is not valid JSON")]
    [InlineData("{\"schemaVersion\":1,\"fsLayers\":[]}", "schema version 2")]
    [InlineData("{}", "schema version 2")]
    [InlineData("{\"schemaVersion\":2}", "'config' is missing")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"\\ud800\"}", "'mediaType' is not text")]
    [InlineData("{\"schemaVersion\":2,\"conf\\ud800ig\":{}}", "the name of a member is not text")]
    [InlineData("{\"schemaVersion\":2,\"config\":{\"dig\\udc00est\":1}}", "the name of a member is not text")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", "both an index and a manifest")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"layers\":[]}", "but the members of a manifest")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"manifests\":[]}", "but the members of an index")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"text/html\"}", "'text/html'")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":{}}", "'manifests' is not a list")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[7]}", "'manifests[0]' is not a descriptor")]
    [InlineData(
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a\",\"digest\":\"sha256:0\",\"size\":1}]}",
        "'manifests[0].digest' is 'sha256:0'")]
    [InlineData(
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a\",\"digest\":\"" + Sha + "\",\"size\":-1}]}",
        "'manifests[0].size' is not a size")]
    [InlineData(
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a\",\"digest\":\"" + Sha + "\",\"size\":1.5}]}",
        "'manifests[0].size' is not a size")]
    [InlineData(
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":1,\"digest\":\"" + Sha + "\",\"size\":1}]}",
        "'manifests[0].mediaType' is not a string")]
    [InlineData(
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a\",\"digest\":\"" + Sha + "\",\"size\":1,\"annotations\":{\"k\":1}}]}",
        "'manifests[0].annotations.k' is not a string")]
    public void A_malformed_manifest_is_an_error_that_names_the_place(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<IntegrityException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_are_kept()
    {
        Assert.Contains("MaxManifestSize", Assert.Throws<IntegrityException>(() =>
            Parse(ManifestJson, limits: InputLimits.Default with { MaxManifestSize = 100 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxDescriptors", Assert.Throws<IntegrityException>(() =>
            Parse(ManifestJson, limits: InputLimits.Default with { MaxDescriptors = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<IntegrityException>(() => Parse("{\"schemaVersion\":2,\"manifests\":" + new string('[', 5000) + new string(']', 5000) + "}"));
    }

    [Fact]
    public void Mutated_manifests_are_parsed_or_refused_and_nothing_else()
    {
        var random = new Random(6);
        var original = Encoding.UTF8.GetBytes(ManifestJson);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length;
            var content = new ManifestContent(Digest.OfSha256(bytes), "", bytes.AsMemory(0, length));
            var error = Record.Exception(() => ManifestParser.Parse(content, "The manifest", InputLimits.Default));
            Assert.True(error is null or IntegrityException, error?.ToString());
        }
    }
}

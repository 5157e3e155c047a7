using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Manifests;

public sealed class AttestationTests : IAsyncLifetime
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();
    private OciDescriptor _amd64 = null!;
    private OciDescriptor _arm64 = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var layer = (_cached.Images.AddBlob(TestImages.Tar, tar), Digest.OfSha256(tar));
        _amd64 = _cached.Images.AddImage(Platform.Linux("amd64"), layer);
        _arm64 = _cached.Images.AddImage(Platform.Linux("arm64"), layer);
    }

    public ValueTask DisposeAsync()
    {
        _cached.Dispose();
        return ValueTask.CompletedTask;
    }

    private OciDescriptor AddAttestation(OciDescriptor subject, params (string PredicateType, string Statement)[] statements)
    {
        var images = _cached.Images;
        var layers = statements.Select(statement => TestImages.ToJson(
            images.AddBlob("application/vnd.in-toto+json", Encoding.UTF8.GetBytes(statement.Statement))
                .Named(statement.PredicateType, "in-toto.io/predicate-type")));
        return (images.AddJson(MediaTypes.OciManifest, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = TestImages.ToJson(images.AddBlob(MediaTypes.OciConfiguration, "{}"u8.ToArray())),
            ["layers"] = new JsonArray([.. layers]),
        }) with { Platform = new Platform("unknown", "unknown") })
            .Named("attestation-manifest", "vnd.docker.reference.type").Named(subject.Digest.ToString(), "vnd.docker.reference.digest");
    }

    private async Task<ImmutableArray<FileContent>> ReadAsync(string architecture, params OciDescriptor[] manifests)
    {
        _cached.Images.Tag(Reference, _cached.Images.AddIndex(manifests));
        var image = await _cached.OpenSource(TagResolution.Refresh)
            .GetImageAsync(ImageReference.Parse(Reference), Platform.Linux(architecture), Cancel);
        return await image.GetSpdxDocumentsAsync(Cancel);
    }

    private static string Text(FileContent content)
    {
        using var reader = new StreamReader(content.OpenRead());
        return reader.ReadToEnd();
    }

    [Fact]
    public async Task The_predicates_of_the_platforms_own_attestations_are_returned_in_order()
    {
        var first = AddAttestation(_amd64,
            ("https://slsa.dev/provenance/v0.2", """{"predicate":{"no":1}}"""),
            ("https://spdx.dev/Document",
                """{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"predicate":{"decoy":1}}]"""
                + ""","predicate": {"spdxVersion":"SPDX-2.3","nested":{"predicate":{}}} ,"predicateType":"https://spdx.dev/Document"}"""));
        var second = AddAttestation(_amd64, ("https://spdx.dev/Document", """{"predicate":{"second":true}}"""));
        var other = AddAttestation(_arm64, ("https://spdx.dev/Document", """{"predicate":{"arm":true}}"""));

        var documents = await ReadAsync("amd64", first, _amd64, other, _arm64, second);
        Assert.Equal(["""{"spdxVersion":"SPDX-2.3","nested":{"predicate":{}}}""", """{"second":true}"""], documents.Select(Text));
        Assert.Equal(["""{"arm":true}"""], (await ReadAsync("arm64", _amd64, other, _arm64)).Select(Text));
    }

    [Fact]
    public async Task An_attestation_is_never_selected_as_an_image()
    {
        var disguised = AddAttestation(_arm64, ("https://spdx.dev/Document", "{}")) with { Platform = Platform.Linux("amd64") };
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => ReadAsync("amd64", disguised, _arm64));
        Assert.Contains("it has linux/arm64.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_attestations_has_no_documents() => Assert.Empty(await ReadAsync("amd64", _amd64));

    [Fact]
    public async Task A_large_document_with_long_strings_is_found()
    {
        var text = new string('x', 300_000);
        var predicate = $$"""{"a":"{{text}}","b":[{{string.Join(",", Enumerable.Range(0, 50_000))}}]}""";
        var attestation = AddAttestation(
            _amd64, ("https://spdx.dev/Document", $$"""{"subject":"{{text}}","predicate":{{predicate}},"z":"{{text}}"}"""));
        Assert.Equal(predicate, Text(Assert.Single(await ReadAsync("amd64", attestation, _amd64))));
    }

    [Theory]
    [InlineData("{}", "has no predicate")]
    [InlineData("{\"predicate\":7}", "has no predicate")]
    [InlineData("{\"predicate\":{\"a\":1}", "is not valid JSON")]
    [InlineData("", "is not valid JSON")]
    [InlineData("[{\"predicate\":{}}]", "has no predicate")]
    public async Task A_malformed_statement_is_an_error(string statement, string expected)
    {
        var attestation = AddAttestation(
            _amd64, ("https://spdx.dev/Document", statement));
        var error = await Assert.ThrowsAsync<IntegrityException>(() => ReadAsync("amd64", attestation, _amd64));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_too_large_is_an_error()
    {
        _cached.Limits = InputLimits.Default with { MaxAttestationSize = 10 };
        var attestation = AddAttestation(
            _amd64, ("https://spdx.dev/Document", """{"predicate":{"a":1}}"""));
        var error = await Assert.ThrowsAsync<IntegrityException>(() => ReadAsync("amd64", attestation, _amd64));
        Assert.Contains("MaxAttestationSize", error.Message, StringComparison.Ordinal);
    }
}

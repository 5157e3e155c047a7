using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Sbom;

namespace ReproBuild.Core.Tests.Sbom;

public sealed class SpdxMergerTests
{
    private const long Epoch = 1492533000;

    private const string Shell = """
        {
          "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "shell",
          "documentNamespace": "https://example.com/b7d3", "creationInfo": { "created": "2024-01-01T00:00:00Z", "creators": ["Tool: scanner"] },
          "packages": [{ "name": "busybox", "SPDXID": "SPDXRef-Package-busybox", "downloadLocation": "NOASSERTION",
            "licenseDeclared": "GPL-2.0-only AND (LicenseRef-own OR DocumentRef-other:LicenseRef-x)", "hasFiles": ["SPDXRef-sh"] }],
          "files": [{ "fileName": "/bin/sh", "SPDXID": "SPDXRef-sh", "checksums": [{ "algorithm": "SHA1", "checksumValue": "00" }] }],
          "hasExtractedLicensingInfos": [{ "licenseId": "LicenseRef-own", "extractedText": "LicenseRef-own is mine" }],
          "externalDocumentRefs": [{ "externalDocumentId": "DocumentRef-other", "spdxDocument": "https://example.com/other" }],
          "relationships": [
            { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Package-busybox" },
            { "spdxElementId": "SPDXRef-Package-busybox", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-sh" },
            { "spdxElementId": "SPDXRef-sh", "relationshipType": "GENERATED_FROM", "relatedSpdxElement": "NOASSERTION" }
          ]
        }
        """;

    [Fact]
    public void No_documents_give_a_document_that_describes_nothing() =>
        Assert.Equal(
            """
            {"SPDXID":"SPDXRef-DOCUMENT","creationInfo":{"created":"2017-04-18T16:30:00Z","creators":["Tool: ReproBuild"]},"dataLicense":"CC0-1.0",
            "documentNamespace":"https://spdx.org/spdxdocs/linuxkit-NAMESPACE","name":"linuxkit","spdxVersion":"SPDX-2.3"}
            """.ReplaceLineEndings(""),
            Mask(Merge()));

    [Fact]
    public void One_document_keeps_its_content_under_its_own_mark_and_directory()
    {
        var input = Input("docker.io/library/shell:1", "containers/services/shell/lower", Shell);
        var tag = SpdxDocument.Read(input, InputLimits.Default).Tag;
        Assert.Equal(
            """
            {"SPDXID":"SPDXRef-DOCUMENT","creationInfo":{"created":"2017-04-18T16:30:00Z","creators":["Tool: ReproBuild"]},"dataLicense":"CC0-1.0",
            "documentNamespace":"https://spdx.org/spdxdocs/linuxkit-NAMESPACE",
            "externalDocumentRefs":[{"externalDocumentId":"DocumentRef-TAG-other","spdxDocument":"https://example.com/other"}],
            "files":[{"SPDXID":"SPDXRef-TAG-sh","checksums":[{"algorithm":"SHA1","checksumValue":"00"}],"fileName":"containers/services/shell/lower/bin/sh"}],
            "hasExtractedLicensingInfos":[{"extractedText":"LicenseRef-own is mine","licenseId":"LicenseRef-TAG-own"}],
            "name":"linuxkit",
            "packages":[{"SPDXID":"SPDXRef-TAG-Package-busybox","downloadLocation":"NOASSERTION","hasFiles":["SPDXRef-TAG-sh"],
            "licenseDeclared":"GPL-2.0-only AND (LicenseRef-TAG-own OR DocumentRef-TAG-other:LicenseRef-x)","name":"busybox","packageFileName":"containers/services/shell/lower"}],
            "relationships":[{"relatedSpdxElement":"NOASSERTION","relationshipType":"GENERATED_FROM","spdxElementId":"SPDXRef-TAG-sh"},
            {"relatedSpdxElement":"SPDXRef-TAG-Package-busybox","relationshipType":"DESCRIBES","spdxElementId":"SPDXRef-DOCUMENT"},
            {"relatedSpdxElement":"SPDXRef-TAG-sh","relationshipType":"CONTAINS","spdxElementId":"SPDXRef-TAG-Package-busybox"}],
            "spdxVersion":"SPDX-2.3"}
            """.ReplaceLineEndings("").Replace("TAG", tag, StringComparison.Ordinal),
            Mask(Merge(input)));
    }

    [Theory]
    [InlineData("containers/onboot/000-a/lower", "", "containers/onboot/000-a/lower")]
    [InlineData("containers/onboot/000-a/lower", ",\"packageFileName\":\"/usr/a\"", "containers/onboot/000-a/lower/usr/a")]
    [InlineData("", "", null)]
    [InlineData("", ",\"packageFileName\":\"/usr/a\"", "usr/a")]
    public void A_package_says_where_it_is(string directory, string name, string? expected)
    {
        var document = $$"""{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-p"{{name}}}]}""";
        Assert.Equal(expected, (string?)Parse(Merge(Input("docker.io/library/a:1", directory, document)))["packages"]![0]!["packageFileName"]);
    }

    [Fact]
    public void The_order_of_the_inputs_and_their_repetition_do_not_matter()
    {
        var a = Input("docker.io/library/a:1", "", Shell);
        var b = Input("docker.io/library/b:1", "containers/onboot/000-b/lower", Shell);
        Assert.Equal(Merge(a, b), Merge(b, a, b));
    }

    [Fact]
    public void Every_identifier_is_unique_and_every_reference_finds_its_element()
    {
        var merged = Parse(Merge(Input("docker.io/library/a:1", "", Shell), Input("docker.io/library/a:1", "other", Shell), Input("docker.io/library/b:1", "", Shell)));
        var ids = merged["packages"]!.AsArray().Concat(merged["files"]!.AsArray()).Select(static e => (string)e!["SPDXID"]!).ToArray();
        Assert.Equal(6, ids.Distinct().Count());
        Assert.All(ids, static id => Assert.Matches(@"\ASPDXRef-[A-Za-z0-9.-]+\z", id));
        var references = merged["relationships"]!.AsArray().SelectMany(static r => new[] { (string)r!["spdxElementId"]!, (string)r["relatedSpdxElement"]! });
        Assert.Empty(references.Except(ids).Except(["SPDXRef-DOCUMENT", "NOASSERTION"]));
        Assert.Equal(3, merged["hasExtractedLicensingInfos"]!.AsArray().Select(static l => (string)l!["licenseId"]!).Distinct().Count());
    }

    [Fact]
    public void The_namespace_follows_the_content()
    {
        var merged = Enumerable.Range(0, 2).Select(static i => Parse(Merge(Input("docker.io/library/a:1", $"d{i}", Shell)))).ToArray();
        Assert.NotEqual((string)merged[0]["documentNamespace"]!, (string)merged[1]["documentNamespace"]!);
        Assert.Equal("https://spdx.org/spdxdocs/a%20%23b-", ((string)Parse(SpdxMerger.Merge("a #b", Epoch, [], InputLimits.Default))["documentNamespace"]!)[..35]);
    }

    [Fact]
    public void The_fields_that_the_specification_requires_are_there()
    {
        var merged = Parse(Merge(Input("docker.io/library/a:1", "", Shell)));
        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT", "linuxkit"),
            ((string)merged["spdxVersion"]!, (string)merged["dataLicense"]!, (string)merged["SPDXID"]!, (string)merged["name"]!));
        Assert.True(Uri.TryCreate((string)merged["documentNamespace"]!, UriKind.Absolute, out _));
        Assert.Equal("2017-04-18T16:30:00Z", (string)merged["creationInfo"]!["created"]!);
        Assert.Equal("bin/sh", (string)merged["files"]![0]!["fileName"]!);
    }

    [Theory]
    [InlineData("""{"spdxVersion":"SPDX-2.2","packages":[{"SPDXID":"SPDXRef-p"},{"SPDXID":"SPDXRef-q"}],"documentDescribes":["SPDXRef-q"]}""", "q")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-p"}],"files":[{"SPDXID":"SPDXRef-f","fileName":"f"}]}""", "p")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","files":[{"SPDXID":"SPDXRef-f","fileName":"f"}]}""", "f")]
    public void What_a_document_describes_without_saying_so_is_described(string document, string id)
    {
        var relationship = Assert.Single(Parse(Merge(Input("docker.io/library/a:1", "", document)))["relationships"]!.AsArray())!;
        Assert.Equal(("SPDXRef-DOCUMENT", "DESCRIBES"), ((string)relationship["spdxElementId"]!, (string)relationship["relationshipType"]!));
        Assert.EndsWith("-" + id, (string)relationship["relatedSpdxElement"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Snippets_point_at_the_renamed_file()
    {
        const string Document = """
            {"spdxVersion":"SPDX-2.3","snippets":[{"SPDXID":"SPDXRef-s","snippetFromFile":"SPDXRef-f",
            "ranges":[{"startPointer":{"offset":1,"reference":"SPDXRef-f"},"endPointer":{"offset":2,"reference":"SPDXRef-f"}}]}]}
            """;
        var input = Input("docker.io/library/a:1", "", Document);
        var file = $"SPDXRef-{SpdxDocument.Read(input, InputLimits.Default).Tag}-f";
        var snippet = Parse(Merge(input))["snippets"]![0]!;
        Assert.Equal(file, (string)snippet["snippetFromFile"]!);
        Assert.Equal(file, (string)snippet["ranges"]![0]!["endPointer"]!["reference"]!);
        Assert.Equal(2, (int)snippet["ranges"]![0]!["endPointer"]!["offset"]!);
    }

    [Theory]
    [InlineData("./usr/bin/x", "", "usr/bin/x")]
    [InlineData("/usr//bin/./x", "d", "d/usr/bin/x")]
    [InlineData("../x", "d/e", "d/x")]
    [InlineData("../../../x", "d", "x")]
    public void File_names_are_below_the_images_directory(string name, string directory, string expected)
    {
        var document = $$"""{"spdxVersion":"SPDX-2.3","files":[{"SPDXID":"SPDXRef-f","fileName":"{{name}}"}]}""";
        Assert.Equal(expected, (string)Parse(Merge(Input("docker.io/library/a:1", directory, document)))["files"]![0]!["fileName"]!);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{}", "version '(none)'")]
    [InlineData("""{"spdxVersion":3}""", "version")]
    [InlineData("""{"spdxVersion":"SPDX-3.0"}""", "SPDX-3.0")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","spdxVersion":"SPDX-2.3"}""", "not JSON")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":{}}""", "'packages' that is not a list")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","files":["x"]}""", "'files'")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","files":[{"fileName":"x"}]}""", "SPDXID")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","documentDescribes":[1]}""", "documentDescribes")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","annotations":[{"comment":"\ud800"}]}""", "surrogate")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","annotations":[{"\ud800":"x"}]}""", "attestation")]
    [InlineData("""{"spdxVersion":"\ud800"}""", "surrogate")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","files":[{"SPDXID":"\ud800"}]}""", "surrogate")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","annotations":[{"comment":1e999}]}""", "canonically")]
    public void A_malformed_document_is_an_error_that_names_the_image(string document, string why)
    {
        var error = Assert.Throws<IntegrityException>(() => Merge(Input("docker.io/library/bad:1", "", document)));
        Assert.Contains("docker.io/library/bad:1", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_above_the_limit_is_an_error_before_it_is_read()
    {
        var limits = new InputLimits { MaxAttestationSize = Shell.Length - 1 };
        var error = Assert.Throws<IntegrityException>(() => SpdxMerger.Merge("linuxkit", Epoch, [Input("docker.io/library/a:1", "", Shell)], limits));
        Assert.Contains("MaxAttestationSize", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(SpdxMerger.Merge("linuxkit", Epoch, [Input("docker.io/library/a:1", "", Shell)], new InputLimits { MaxAttestationSize = Shell.Length }));
    }

    private static SpdxInput Input(string reference, string directory, string document) =>
        new(reference, directory, FileContent.FromBytes(Encoding.UTF8.GetBytes(document)));

    private static byte[] Merge(params SpdxInput[] inputs) => SpdxMerger.Merge("linuxkit", Epoch, inputs, InputLimits.Default);

    private static JsonObject Parse(byte[] document) => JsonNode.Parse(document)!.AsObject();

    private static string Mask(byte[] document)
    {
        var text = Encoding.UTF8.GetString(document);
        var id = ((string)Parse(document)["documentNamespace"]!)[^36..];
        Assert.True(Guid.TryParseExact(id, "D", out _));
        return text.Replace(id, "NAMESPACE", StringComparison.Ordinal);
    }
}

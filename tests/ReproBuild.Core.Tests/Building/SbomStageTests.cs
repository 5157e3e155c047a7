using System.Text.Json.Nodes;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

public class SbomStageTests
{
    [Fact]
    public async Task The_document_is_called_linuxkit_and_a_build_of_another_name_has_the_same_root()
    {
        var (text, digest) = await BuildAsync("linuxkit");
        Assert.Equal("linuxkit", (string?)JsonNode.Parse(text)!["name"]);
        Assert.Equal((text, digest), await BuildAsync("another-name"));
    }

    private static async Task<(string Sbom, string Root)> BuildAsync(string name)
    {
        var seen = ("", "");
        var format = new RecordingFormat
        {
            Before = (context, token) =>
            {
                seen = (context.Root.Text("sbom.spdx.json"), context.Root.ComputeDigest(token).ToString());
                return Task.CompletedTask;
            },
        };
        var options = new BuildOptions { Name = name, Formats = [format.Name] };
        await new ImageBuilder(new InMemoryImageSource(), [format])
            .BuildAsync(LinuxKitConfig.Parse("files: [{path: a, contents: x}]", "test.yml"), options, new InMemorySink(), null, TestContext.Current.CancellationToken);
        return seen;
    }
}

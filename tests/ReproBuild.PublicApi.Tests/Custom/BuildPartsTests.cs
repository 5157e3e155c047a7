using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ReproBuild.Conformance;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Json;
using ReproBuild.Core.Tar;
using ReproBuild.Outputs.Tar;
using ReproBuild.PublicApi.Tests.Snippets;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>What is around a build: its plan and progress, host directories, merged configurations, the conformance kit; with the public API only.</summary>
public sealed class BuildPartsTests
{
    [Fact]
    public async Task A_build_is_planned_and_tells_its_progress()
    {
        var images = new ArchiveImageSource(await ArchiveImage.CreateAsync("example/init:1", ("bin/init", "i")));
        var config = LinuxKitConfig.Parse("init: [\"example/init:1\"]", "a.yml").MergeWith(LinuxKitConfig.Parse("files: [{path: f, contents: x}]", "b.yml"));
        var options = new BuildOptions { Formats = ["tar"], SourceDateEpoch = BuildOptions.LinuxKitEpoch };
        var builder = new ImageBuilder(images, StandardOutputFormats.All);
        var progress = new Reports();

        BuildPlan plan = await builder.PlanAsync(config, options);
        var result = await builder.BuildAsync(config, options, new MemorySink(), progress);

        Assert.Equal(new BuildPlan(plan.ArtifactNames, plan.Inputs), plan);
        Assert.Equal(plan.ArtifactNames, result.Artifacts.Select(static a => a.Name));
        Assert.Equal(result.Artifacts[0], new BuildArtifact("linuxkit.tar", "tar", result.Artifacts[0].Size, result.Artifacts[0].Digest));
        Assert.Equal(
            [BuildPhase.Resolve, BuildPhase.Fetch, BuildPhase.Assemble, BuildPhase.Write], progress.Items.Where(static r => r.IsFinished).Select(static r => r.Phase));
        var written = progress.Items.Last();
        Assert.True(written.Total > 0 && written.Total % StandardOutputFormats.All.Single(static f => f.Name == "tar").RootReads == 0);
        Assert.Equal((written.Total, true), (written.Completed, written.IsFinished));
        Assert.Contains(new BuildProgress(BuildPhase.Resolve, "docker.io/example/init:1", 0, null, IsFinished: true), progress.Items);
    }

    [Fact]
    public async Task Files_of_the_host_and_of_an_image_are_trees()
    {
        var path = Directory.CreateTempSubdirectory("reprobuild-public-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(path, "f"), "x");
            using var host = HostDirectory.Open(path, new FileTime(1));
            FileTreeEntry entry = Assert.Single(host.Tree.Entries);
            using var blob = new FileBlob(Path.Combine(path, "f"));
            var image = await ArchiveImage.CreateAsync("example/firmware:1", ("f", "x"));
            var tree = await ImageSourceExtensions.GetFileTreeAsync(new ArchiveImageSource(image), image.Reference, Platform.Linux("amd64"));

            Assert.Equal(("f", 1L, 1L), (entry.Path.ToString(), entry.Inode.Content.Length, blob.Length));
            Assert.Equal("f", Assert.Single(tree.Entries).Name.ToString());
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void Texts_that_are_nothing_are_told_from_those_that_are()
    {
        Assert.True(Digest.TryParse(Digest.OfSha256([]).ToString(), out _) && ImageReference.TryParse("a", out _) && Platform.TryParse("linux/amd64", out _));
        Assert.False(Digest.TryParse("a", out _) || ImageReference.TryParse("A", out _) || Platform.TryParse("linux", out _));
    }

    [Fact]
    public void Streams_get_what_buffers_get()
    {
        var json = new ArrayBufferWriter<byte>();
        CanonicalJsonWriter.Write(json, new JsonObject { ["a"] = 1 });
        Assert.Equal(CanonicalJsonWriter.Serialize(new JsonObject { ["a"] = 1 }), json.WrittenSpan.ToArray());

        using var first = new MemoryStream();
        using (var gzip = new DeterministicGzipStream(first, leaveOpen: true))
        {
            gzip.Write("x"u8);
            gzip.Flush();
        }

        Assert.Equal(0x1F, first.ToArray()[0]);
    }

    [Theory]
    [InlineData(FileType.Fifo, TarEntryType.Fifo)]
    [InlineData(FileType.BlockDevice, TarEntryType.BlockDevice)]
    public async Task Special_files_come_through_an_archive(FileType type, TarEntryType entryType)
    {
        var builder = new FileTreeBuilder();
        builder.Add("f", new Inode { Type = type, Mode = UnixFileMode.UserRead });
        using var scratch = new ScratchSpace();
        var archive = await TarImage.CreateAsync(builder.Build(), new TarOptions(), scratch);
        using var reader = new TarReader(archive.OpenRead());

        Assert.Equal(entryType, (await reader.ReadEntryAsync())!.Type);
    }

    [Fact]
    public async Task The_kit_says_which_rules_a_format_breaks()
    {
        Assert.Empty(await OutputFormatConformance.FindAsync(new PathsFormat(), new OutputFormatConformanceOptions()));
        ConformanceRule[] rules =
        [
            ConformanceRule.Declaration, ConformanceRule.Determinism, ConformanceRule.Failure, ConformanceRule.ForwardOnly, ConformanceRule.Refusal, ConformanceRule.StrayFiles,
        ];
        Assert.Equal(rules.Length, rules.Select(static rule => new ConformanceFinding(rule, "sample", "message").Rule).Distinct().Count());
    }

    private sealed class Reports : IProgress<BuildProgress>
    {
        public ConcurrentQueue<BuildProgress> Items { get; } = [];

        public void Report(BuildProgress value) => Items.Enqueue(value);
    }
}

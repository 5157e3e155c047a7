using System.Text;
using CustomOutputFormat;
using ReproBuild.Build.Tests.Harness;
using ReproBuild.Conformance;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Samples;

[Collection(AloneInProcess.Name)]
public sealed class CustomOutputFormatTests
{
    [Fact]
    public async Task Each_entry_has_a_line_with_its_metadata_and_the_hash_of_its_content()
    {
        var tree = new Core.FileSystem.FileTreeBuilder();
        tree.Add("bin", SampleTree.Directory());
        tree.Add("bin/a b", SampleTree.File("hello\n"u8.ToArray(), mode: (UnixFileMode)0b111_101_101, owner: 5));
        tree.Add("bin/link", SampleTree.SymbolicLink("a b"));

        var artifacts = await new FormatRun { Root = tree.Build() }.WriteAsync(new MtreeFormat());

        Assert.Equal(
            """
            #mtree
            ./bin type=dir mode=0755 uid=0 gid=0 nlink=1 time=1492533000.000000000
            ./bin/a\040b type=file mode=0755 uid=5 gid=5 nlink=1 time=1492533000.000000000 size=6 sha256digest=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
            ./bin/link type=link mode=0777 uid=0 gid=0 nlink=1 time=1492533000.000000000 link=a\040b

            """.ReplaceLineEndings("\n"),
            Encoding.ASCII.GetString(artifacts[".mtree"]));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public Task It_conforms() => OutputFormatConformance.CheckAsync(new MtreeFormat(), cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task An_independent_program_reads_every_name()
    {
        var bsdtar = new ExternalTool("bsdtar", "libarchive-tools");
        Assert.SkipUnless(bsdtar.IsAvailable, bsdtar.SkipReason);
        var tree = SampleTree.Create();
        var artifacts = await new FormatRun { Root = tree }.WriteAsync(new MtreeFormat());
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory["tree.mtree"], artifacts[".mtree"]);

        var listing = await bsdtar.RunAsync(["-tf", directory["tree.mtree"]]);

        Assert.Equal(tree.Entries.Length, listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}

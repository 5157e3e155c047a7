using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Tar;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Tar;

/// <summary>Independent programs extract the tar to the tree it was made from: owners, devices and hard links too.</summary>
public sealed class TarReaderTests
{
    private static readonly string[] TimesThatPythonLeaves = ["link"];

    [Theory]
    [InlineData("tar", "tar", "--numeric-owner", "-xpf")]
    [InlineData("bsdtar", "libarchive-tools", "--numeric-owner", "-xpf")]
    [InlineData("python3", "python3", "-c", """
        import sys, tarfile
        tarfile.open(fileobj=open(sys.argv[1], 'rb'), mode='r:', errors='surrogateescape').extractall(numeric_owner=True, filter='fully_trusted')
        """)]
    public async Task An_independent_program_extracts_the_same_tree(string program, string package, params string[] arguments)
    {
        var reader = new ExternalTool(program, package);
        Assert.SkipUnless(reader.IsAvailable, reader.SkipReason);
        Assert.SkipUnless(ExtractedTreeLines.Python.IsAvailable, ExtractedTreeLines.Python.SkipReason);
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        var tree = program == "python3" ? WithoutLinkedSymbolicLink() : SampleTree.Create();
        var artifacts = await new FormatRun { Root = tree }.WriteAsync(new TarFormat());
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["tree"]);
        await File.WriteAllBytesAsync(directory["archive"], artifacts[".tar"]);

        await reader.RunAsync([.. arguments, directory["archive"]], new ToolOptions { WorkingDirectory = directory["tree"] });

        var ignored = program == "python3" ? TimesThatPythonLeaves : [];
        Assert.Equal(
            TreeLines.WithoutTimes(TreeLines.Of(tree), ignored),
            TreeLines.WithoutTimes(await ExtractedTreeLines.OfAsync(directory["tree"]), ignored));
    }

    /// <summary>Python gives the mode and owner of a hard link to a symbolic link to what that points at.</summary>
    private static FileTree WithoutLinkedSymbolicLink()
    {
        var builder = new FileTreeBuilder();
        builder.AddTree("", SampleTree.Create());
        builder.Remove("lib/link-again");
        return builder.Build();
    }
}

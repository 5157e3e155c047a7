using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Initrd;

/// <summary>Independent programs extract the archive to the tree it was made from: owners, devices and hard links too.</summary>
public sealed class CpioReaderTests
{
    /// <summary>It sets a directory's time before it puts files there, and a symbolic link's not at all.</summary>
    private static readonly string[] TimesThatGnuCpioLeaves = ["dir", "link"];

    [Theory]
    [InlineData("cpio", "cpio", "--extract", "--preserve-modification-time", "--no-absolute-filenames", "--quiet", "-F")]
    [InlineData("bsdcpio", "libarchive-tools", "--extract", "--preserve-modification-time", "--quiet", "-F")]
    [InlineData("bsdtar", "libarchive-tools", "--numeric-owner", "-xpf")]
    public async Task An_independent_program_extracts_the_same_tree(string program, string package, params string[] arguments)
    {
        var reader = new ExternalTool(program, package);
        Assert.SkipUnless(reader.IsAvailable, reader.SkipReason);
        Assert.SkipUnless(ExtractedTreeLines.Python.IsAvailable, ExtractedTreeLines.Python.SkipReason);
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        var tree = SampleTree.Create();
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["tree"]);
        await using (var archive = File.Create(directory["archive"]))
        {
            await CpioImage.Create(tree).OpenRead().CopyToAsync(archive);
        }

        await reader.RunAsync([.. arguments, directory["archive"]], new ToolOptions { WorkingDirectory = directory["tree"] });

        var ignored = program == "cpio" ? TimesThatGnuCpioLeaves : [];
        Assert.Equal(
            TreeLines.WithoutTimes(TreeLines.Of(tree), ignored),
            TreeLines.WithoutTimes(await ExtractedTreeLines.OfAsync(directory["tree"]), ignored));
    }
}

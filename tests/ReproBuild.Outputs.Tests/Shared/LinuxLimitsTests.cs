using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Shared;

/// <summary>Names, targets and device numbers that Linux cannot have are refused by every format that writes the tree, before there is an artifact.</summary>
public sealed class LinuxLimitsTests
{
    private static readonly string[] FormatNames = ["tar", "docker", "kernel+initrd", "raw-efi", "iso-bios", "kernel+iso", "kernel+squashfs", "kernel+erofs"];

    private static readonly string[] Problems = ["name", "path", "nul", "target-nul", "no-target", "target", "target-of-file", "major", "minor"];

    public static TheoryData<string, string> Refused => [.. from format in FormatNames from problem in Problems select (format, problem)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_Linux_has_not_is_refused_before_there_is_an_artifact(string format, string problem)
    {
        var (path, inode, message) = problem switch
        {
            "name" => ("d/" + new string('n', 256), SampleTree.File("x"u8.ToArray()), "has a name of 256 bytes; a name has at most 255. Shorten it."),
            "path" => (PathOf(4096), SampleTree.File("x"u8.ToArray()), "has a path of 4096 bytes; a path has at most 4095. Shorten it."),
            "nul" => (new ByteString("d/n\0"u8), SampleTree.File("x"u8.ToArray()), @"'/d/n\x00' has a NUL byte in its name, which ends a name. Rename it."),
            "target-nul" => ("d/l", SampleTree.SymbolicLink(new ByteString("t\0"u8)), "'/d/l' has a NUL byte in its link target"),
            "no-target" => ("d/l", SampleTree.SymbolicLink(ByteString.Empty), "'/d/l' has a link target of 0 bytes; Linux follows targets of 1 to 4095. Change it."),
            "target" => ("d/l", SampleTree.SymbolicLink(new string('t', 5000)), "'/d/l' has a link target of 5000 bytes"),
            "major" => ("d/c", SampleTree.Device(FileType.CharacterDevice, 4096, 0), "'/d/c' is device 4096:0; the largest device number is 4095:1048575. Change it."),
            "minor" => ("d/b", SampleTree.Device(FileType.BlockDevice, 0, 1_048_576), "'/d/b' is device 0:1048576; the largest"),
            _ => ("d/f", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, LinkTarget = "t" }, "'/d/f' has a link target, and is a RegularFile. Leave the target out."),
        };
        await RefusedAsync(format, path, inode, message);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("docker")]
    public Task What_else_a_tar_cannot_hold_is_refused_before_there_is_an_artifact(string format) =>
        RefusedAsync(
            format,
            "d/f",
            new Inode { Type = FileType.RegularFile, Mode = default, ExtendedAttributes = [new ExtendedAttribute(ByteString.Empty, "x")] },
            "'d/f' cannot be written: the name of the extended attribute '' is empty");

    [Theory]
    [InlineData("tar")]
    [InlineData("kernel+initrd")]
    [InlineData("iso-bios")]
    [InlineData("kernel+squashfs")]
    [InlineData("kernel+erofs")]
    public async Task The_longest_path_is_taken(string format)
    {
        var (created, error) = await WriteAsync(format, PathOf(4095), SampleTree.File("x"u8.ToArray()));
        Assert.Null(error);
        Assert.NotEmpty(created);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("kernel+initrd")]
    [InlineData("iso-bios")]
    [InlineData("kernel+squashfs")]
    [InlineData("kernel+erofs")]
    public async Task The_longest_names_and_targets_and_the_largest_device_are_taken(string format)
    {
        foreach (var inode in new[] { SampleTree.SymbolicLink(new string('t', 4095)), SampleTree.Device(FileType.BlockDevice, 4095, 1_048_575) })
        {
            var (created, error) = await WriteAsync(format, "d/" + new string('n', 255), inode);
            Assert.Null(error);
            Assert.NotEmpty(created);
        }
    }

    private static string PathOf(int length) => string.Concat(Enumerable.Repeat("d/", (length - 1) / 2)) + (length % 2 == 0 ? "ff" : "f");

    private static async Task RefusedAsync(string format, ByteString path, Inode inode, string message)
    {
        var (created, error) = await WriteAsync(format, path, inode);
        Assert.Contains(message, Assert.IsType<OutputFormatException>(error).Message, StringComparison.Ordinal);
        Assert.Empty(created);
    }

    private static async Task<(IReadOnlyList<string> Created, Exception? Error)> WriteAsync(string format, ByteString path, Inode inode)
    {
        var tree = new FileTreeBuilder();
        tree.Add(path, inode, implicitParent: SampleTree.Directory());
        var created = new List<string>();
        using var scratch = new ScratchSpace();
        var context = new OutputContext((suffix, _) =>
        {
            created.Add(suffix);
            return new(new MemoryStream());
        })
        {
            BaseName = "test",
            Root = tree.Build(),
            Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", Microcode: null),
            Platform = Platform.Linux("amd64"),
            SourceDateEpoch = BuildOptions.LinuxKitEpoch,
            Scratch = scratch,
            Logger = NullLogger.Instance,
        };
        var error = await Record.ExceptionAsync(
            () => StandardOutputFormats.All.Single(f => f.Name == format).WriteAsync(context, TestContext.Current.CancellationToken));
        return (created, error);
    }
}

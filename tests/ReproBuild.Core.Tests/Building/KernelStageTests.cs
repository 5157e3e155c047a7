using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Building.AssembledBuild;

namespace ReproBuild.Core.Tests.Building;

public class KernelStageTests
{
    private static InMemoryImage Kernel(InMemoryLayer layer) => new("docker.io/library/k:latest", layer);

    private static InMemoryLayer Files() =>
        new InMemoryLayer().File("kernel", "K", (UnixFileMode)0b111_101_101).File("bzImage", "B").File("ucode.cpio", "U").File("System.map", "S");

    [Fact]
    public async Task Only_the_kernel_the_command_line_and_the_microcode_are_taken()
    {
        var context = await RunAsync("kernel: {image: k, cmdline: console=ttyS0 quiet, tar: none, ucode: ucode.cpio}", Kernel(Files()));
        Assert.Equal(["boot", "boot/cmdline", "boot/kernel", "boot/ucode.cpio"], context.Root.Entries.Select(static entry => entry.Path.ToString()));
        Assert.Equal("755 0:0", context.Root.Metadata("boot/kernel"));
        Assert.Equal("console=ttyS0 quiet", context.Root.Text("boot/cmdline"));
        Assert.Equal("console=ttyS0 quiet", context.Kernel!.CommandLine);
        Assert.Equal(1, context.Kernel.Microcode!.Length);
    }

    [Fact]
    public async Task Another_binary_can_be_named_and_keeps_its_mode()
    {
        var context = await RunAsync("kernel: {image: k, binary: bzImage, tar: \"\"}", Kernel(Files()));
        Assert.Equal(("B", "644 0:0"), (context.Root.Text("boot/kernel"), context.Root.Metadata("boot/kernel")));
        Assert.Null(context.Kernel!.Microcode);
        Assert.Equal("", context.Kernel.CommandLine);
    }

    [Fact]
    public async Task The_modules_are_unpacked_at_the_root()
    {
        var layer = Files().File("kernel.tar", TarBytes.Of("lib/modules/6.1/m.ko", "module"));
        var context = await RunAsync("kernel: {image: k}", Kernel(layer));
        Assert.Equal("module", context.Root.Text("lib/modules/6.1/m.ko"));
        Assert.Equal("kernel", context.Root.Find("lib/modules/6.1/m.ko")!.Origin!.Location);
    }

    [Fact]
    public async Task What_boots_is_what_the_root_holds_in_the_end()
    {
        const string Yaml = "kernel: {image: k, cmdline: a, tar: none}\nfiles: [{path: boot/cmdline, contents: \"b\\n\"}, {path: boot/kernel, contents: other}]";
        var context = await RunAsync(Yaml, Kernel(Files()));
        Assert.Equal("b", context.Kernel!.CommandLine);
        Assert.Equal(5, context.Kernel.Kernel.Length);
    }

    [Fact]
    public async Task A_configuration_without_a_kernel_boots_nothing()
    {
        Assert.Null((await RunAsync("kernel: {cmdline: a}\nfiles: [{path: a, contents: b}]")).Kernel);
    }

    [Theory]
    [InlineData("{image: k, binary: vmlinuz}", "no file 'vmlinuz' (kernel.binary); its root has System.map, bzImage, kernel, ucode.cpio. Set kernel.binary to one of its files.")]
    [InlineData("{image: k}", "no file 'kernel.tar' (kernel.tar); its root has System.map, bzImage, kernel, ucode.cpio. Set kernel.tar to one of its files, or to none when the kernel has no modules.")]
    [InlineData("{image: k, tar: none, ucode: intel.cpio}", "no file 'intel.cpio' (kernel.ucode)")]
    public async Task A_missing_file_is_named_with_the_remedy(string kernel, string expected)
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync($"kernel: {kernel}", Kernel(Files())));
        Assert.StartsWith("test.yml:1:9: the kernel image docker.io/library/k:latest has ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_tar_that_is_none_is_an_error()
    {
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync("kernel: {image: k}", Kernel(Files().File("kernel.tar", new string('x', 600)))));
        Assert.Contains("'kernel.tar' (kernel.tar) of the kernel image docker.io/library/k:latest cannot be unpacked", error.Message, StringComparison.Ordinal);
    }
}

using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Boot;

/// <summary>What the BIOS boot program says when a disk was damaged after it was written or cannot be read, on SeaBIOS's console.</summary>
[Trait("Speed", "Slow")]
public sealed class BiosFailureTests : IDisposable
{
    private const int Table = 512;
    private const int KernelUnit = Table + 4;
    private const int CommandLineSize = Table + 24;
    private const int UnitSize = 512;
    private const int SetupMagic = 0x202;

    private readonly TemporaryDirectory _directory = new("biosfailure");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task A_program_without_its_table() => ExpectAsync("program incomplete", static disk => disk.Slice(Table, 4).Clear());

    [Fact]
    public Task A_kernel_beyond_the_disk() => ExpectAsync("disk read error", static disk => Write(disk, KernelUnit, uint.MaxValue / 4));

    [Theory]
    [InlineData(QemuBus.Virtio)]
    [InlineData(QemuBus.Ide)]
    public Task A_sector_of_the_kernel_that_cannot_be_read(QemuBus bus) =>
        ExpectAsync("disk read error", static _ => { }, change: (disk, bytes) => disk with { Bus = bus, BadSector = (KernelOffset(bytes) / UnitSize) + 70 });

    [Fact]
    public Task A_sector_of_the_program_that_cannot_be_read() =>
        ExpectAsync("disk read error", static _ => { }, change: static (disk, _) => disk with { BadSector = 2 });

    [Fact]
    public Task A_kernel_that_is_none() => ExpectAsync("not a bootable kernel", static disk => disk.Slice(KernelOffset(disk) + SetupMagic, 4).Clear());

    [Fact]
    public Task A_command_line_that_the_kernel_does_not_take() => ExpectAsync("command line too long", static disk => Write(disk, CommandLineSize, 2048));

    [Fact]
    public Task An_initrd_that_memory_does_not_hold()
    {
        // Random numbers do not get smaller; the generator is seeded, and the test needs their number alone.
        var content = new byte[24 * 1024 * 1024];
        new Random(1).NextBytes(content);
        var root = new FileTreeBuilder();
        root.Add("large", SampleTree.File(content));
        return ExpectAsync("not enough memory", static _ => { }, root.Build(), memory: 16);
    }

    private static int KernelOffset(ReadOnlySpan<byte> disk) => (int)BinaryPrimitives.ReadUInt32LittleEndian(disk[KernelUnit..]) * UnitSize;

    private static void Write(Span<byte> disk, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(disk[offset..], value);

    private async Task ExpectAsync(
        string words, Action<Span<byte>> damage, FileTree? root = null, int memory = 128, Func<QemuDisk, byte[], QemuDisk>? change = null)
    {
        var machine = new QemuMachine { Disk = new QemuDisk(_directory["disk.img"]), MemoryMiB = memory };
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");
        var run = new FormatRun { Root = root ?? SampleTree.Create(), Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", null) };
        var disk = (await run.WriteAsync(StandardOutputFormats.All.Single(static f => f.Name == "raw-bios"), TestContext.Current.CancellationToken)).Single().Value;
        damage(disk);
        await File.WriteAllBytesAsync(machine.Disk.Path, disk, TestContext.Current.CancellationToken);
        machine = machine with { Disk = change?.Invoke(machine.Disk, disk) ?? machine.Disk };
        await machine.BootAsync($"ReproBuild boot: {words}", TestContext.Current.CancellationToken);
    }
}

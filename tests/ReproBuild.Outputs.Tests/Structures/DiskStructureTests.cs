using System.Text;
using ReproBuild.Core.Building;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The structures of small disks as text, a field a line, so that a changed byte shows as the field that it belongs to.</summary>
public sealed class DiskStructureTests
{
    private const int SectorSize = 512;
    private const int PartitionOffset = 1024 * 1024;

    private readonly StringBuilder _text = new();

    [Fact]
    public async Task Raw_bios()
    {
        var disk = await WriteAsync("raw-bios");
        Add("master boot record", DiskStructures.MasterBootRecord, disk);
        Add("boot table", DiskStructures.BootTable, disk.AsSpan(SectorSize));
        Add("volume", DiskStructures.FatBootSector, disk.AsSpan(PartitionOffset));
        AssertSnapshot("raw-bios");
    }

    [Fact]
    public async Task Raw_efi()
    {
        var disk = await WriteAsync("raw-efi");
        Add("protective master boot record", DiskStructures.MasterBootRecord, disk);
        Add("primary header", DiskStructures.GptHeader, disk.AsSpan(SectorSize));
        Add("entry 1", DiskStructures.GptEntry, disk.AsSpan(2 * SectorSize));
        Add("backup header", DiskStructures.GptHeader, disk.AsSpan(disk.Length - SectorSize));
        Add("backup entry 1", DiskStructures.GptEntry, disk.AsSpan(disk.Length - (33 * SectorSize)));
        Add("volume", DiskStructures.FatBootSector, disk.AsSpan(PartitionOffset));
        AssertSnapshot("raw-efi");
    }

    [Fact]
    public async Task Qcow2_bios()
    {
        var image = await WriteAsync("qcow2-bios");
        Add("header", DiskStructures.Qcow2Header, image);
        AssertSnapshot("qcow2-bios");
    }

    [Fact]
    public async Task Vhd()
    {
        var image = await WriteAsync("vhd");
        Add("footer", DiskStructures.VhdFooter, image.AsSpan(image.Length - SectorSize));
        AssertSnapshot("vhd");
    }

    [Fact]
    public async Task Dynamic_vhd()
    {
        var image = await WriteAsync("dynamic-vhd");
        Add("copy of the footer", DiskStructures.VhdFooter, image);
        Add("dynamic header", DiskStructures.VhdDynamicHeader, image.AsSpan(SectorSize));
        Add("footer", DiskStructures.VhdFooter, image.AsSpan(image.Length - SectorSize));
        AssertSnapshot("dynamic-vhd");
    }

    [Fact]
    public async Task Vmdk()
    {
        var image = await WriteAsync("vmdk");
        Add("header", DiskStructures.VmdkHeader, image);
        _text.Append("descriptor\n").Append(Encoding.ASCII.GetString(image, SectorSize, 20 * SectorSize).TrimEnd('\0'));
        Add("footer", DiskStructures.VmdkHeader, image.AsSpan(image.Length - (2 * SectorSize)));
        AssertSnapshot("vmdk");
    }

    private static async Task<byte[]> WriteAsync(string format)
    {
        var run = new FormatRun { Root = SampleTree.Create(), Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0 quiet", null) };
        var artifacts = await run.WriteAsync(StandardOutputFormats.All.Single(f => f.Name == format), TestContext.Current.CancellationToken);
        return artifacts.Single().Value;
    }

    private void Add(string title, StructureField[] fields, ReadOnlySpan<byte> structure)
    {
        _text.Append(title).Append('\n');
        foreach (var field in fields)
        {
            _text.Append("  ").Append(field.Name).Append(' ').Append(field.Read(structure)).Append('\n');
        }
    }

    /// <summary>A snapshot changes only in a commit that says which field changed and why.</summary>
    private void AssertSnapshot(string name)
    {
        var path = Path.Combine(TestHost.RepositoryDirectory, "tests", "ReproBuild.Outputs.Tests", "Structures", $"{name}.txt");
        Assert.Equal(File.ReadAllText(path), _text.ToString(), ignoreLineEndingDifferences: true);
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The structures of small disks and their containers.</summary>
public sealed class DiskStructureTests
{
    private const int SectorSize = 512;
    private const int PartitionOffset = 1024 * 1024;

    private readonly StructureSnapshot _snapshot = new();

    [Fact]
    public async Task Raw_bios()
    {
        var disk = await WriteAsync("raw-bios");
        _snapshot.Add("master boot record", DiskStructures.MasterBootRecord, disk);
        _snapshot.Add("boot table", DiskStructures.BootTable, disk.AsSpan(SectorSize));
        _snapshot.Add("volume", DiskStructures.FatBootSector, disk.AsSpan(PartitionOffset));
        _snapshot.AssertEquals("raw-bios");
    }

    [Fact]
    public async Task Raw_efi()
    {
        var disk = await WriteAsync("raw-efi");
        _snapshot.Add("protective master boot record", DiskStructures.MasterBootRecord, disk);
        _snapshot.Add("primary header", DiskStructures.GptHeader, disk.AsSpan(SectorSize));
        _snapshot.Add("entry 1", DiskStructures.GptEntry, disk.AsSpan(2 * SectorSize));
        _snapshot.Add("backup header", DiskStructures.GptHeader, disk.AsSpan(disk.Length - SectorSize));
        _snapshot.Add("backup entry 1", DiskStructures.GptEntry, disk.AsSpan(disk.Length - (33 * SectorSize)));
        _snapshot.Add("volume", DiskStructures.Fat32BootSector, disk.AsSpan(PartitionOffset));
        _snapshot.Add("free space", DiskStructures.Fat32Info, disk.AsSpan(PartitionOffset + SectorSize));
        _snapshot.AssertEquals("raw-efi");
    }

    [Fact]
    public async Task Qcow2_bios()
    {
        var image = await WriteAsync("qcow2-bios");
        _snapshot.Add("header", DiskStructures.Qcow2Header, image);
        _snapshot.Add("reference table", DiskStructures.Qcow2Table, image.AsSpan(Number(image, 48)));
        _snapshot.Add("first-level table", DiskStructures.Qcow2Table, image.AsSpan(Number(image, 40)));
        _snapshot.AssertEquals("qcow2-bios");

        static int Number(ReadOnlySpan<byte> header, int offset) => checked((int)BinaryPrimitives.ReadInt64BigEndian(header[offset..]));
    }

    [Fact]
    public async Task Vhd()
    {
        var image = await WriteAsync("vhd");
        _snapshot.Add("footer", DiskStructures.VhdFooter, image.AsSpan(image.Length - SectorSize));
        _snapshot.AssertEquals("vhd");
    }

    [Fact]
    public async Task Dynamic_vhd()
    {
        var image = await WriteAsync("dynamic-vhd");
        _snapshot.Add("copy of the footer", DiskStructures.VhdFooter, image);
        _snapshot.Add("dynamic header", DiskStructures.VhdDynamicHeader, image.AsSpan(SectorSize));
        _snapshot.Add("footer", DiskStructures.VhdFooter, image.AsSpan(image.Length - SectorSize));
        _snapshot.AssertEquals("dynamic-vhd");
    }

    [Fact]
    public async Task Vmdk()
    {
        var image = await WriteAsync("vmdk");
        _snapshot.Add("header", DiskStructures.VmdkHeader, image);
        _snapshot.AddText("descriptor", Encoding.ASCII.GetString(image, SectorSize, 20 * SectorSize).TrimEnd('\0', '\n'));
        _snapshot.Add("footer", DiskStructures.VmdkHeader, image.AsSpan(image.Length - (2 * SectorSize)));
        _snapshot.AssertEquals("vmdk");
    }

    [Fact]
    public async Task Gcp()
    {
        using var compressed = new MemoryStream(await WriteAsync("gcp"));
        using var archive = new GZipStream(compressed, CompressionMode.Decompress);
        var header = new byte[SectorSize];
        await archive.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
        _snapshot.Add("gzip header", ArchiveStructures.GzipHeader, compressed.ToArray());
        _snapshot.Add("header", ArchiveStructures.OldGnuHeader, header);
        _snapshot.AssertEquals("gcp");
    }

    private static async Task<byte[]> WriteAsync(string format)
    {
        var run = new FormatRun { Root = SampleTree.Create(), Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0 quiet", null) };
        var artifacts = await run.WriteAsync(StandardOutputFormats.All.Single(f => f.Name == format), TestContext.Current.CancellationToken);
        return artifacts.Single().Value;
    }
}

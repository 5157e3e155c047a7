using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Disks;

/// <summary>A disk that boots the build's kernel and initrd from a FAT volume.</summary>
/// <param name="format">What errors name.</param>
/// <param name="context">The build.</param>
/// <param name="options">How the kernel is started.</param>
/// <param name="sizeMultiple">What the disk's size must be a multiple of, in bytes.</param>
internal sealed class BootDisk(string format, OutputContext context, BootOptions options, long sizeMultiple)
{
    /// <summary>Master boot record with ReproBuild's boot program, which reads the files of the volume by their places.</summary>
    public async Task<FileContent> CreateBiosAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel(format);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        BiosBootProgram.Check(format, kernel.Kernel, initrd, kernel.CommandLine);
        var (volume, size) = CreateVolume(BootFiles.ForBios(context, kernel, initrd), behind: 0, cancellationToken);
        var table = new BiosBootTable(
            Extent(volume, BootFiles.Kernel, kernel.Kernel.Length),
            Extent(volume, BootFiles.Initrd, initrd.Length),
            Extent(volume, BootFiles.CommandLine, KernelArtifacts.CommandLine(kernel).Length));
        var type = volume.IsFat32 ? MbrPartitionTypes.Fat32Lba : MbrPartitionTypes.Fat16Lba;
        return MbrDisk.Create([new MbrPartition(type, volume.Content, IsActive: true)], new MbrDiskOptions
        {
            DiskSignature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(), "mbr disk"),
            BootProgram = BiosBootProgram.ForDisk(table),
            Size = size,
        });
    }

    /// <summary>GUID partition table with an EFI system partition that holds the unified kernel image.</summary>
    public async Task<FileContent> CreateEfiAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel(format);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        var image = BootFiles.UnifiedImage(kernel.CommandLine, kernel, initrd, options, cancellationToken);
        var (volume, size) = CreateVolume(BootFiles.ForEfi(context, image), GptDisk.BackupSize, cancellationToken);
        var seed = context.Root.ComputeDigest();
        var partition = new GptPartition(GptPartitionTypes.EfiSystem, IdentifierDerivation.DeriveGuid(seed, "gpt esp"), "EFI System", volume.Content);
        return GptDisk.Create([partition], new GptDiskOptions { DiskId = IdentifierDerivation.DeriveGuid(seed, "gpt disk"), Size = size });
    }

    /// <summary>The volume that fills the disk between the first mebibyte and what lies behind it.</summary>
    private (FatVolume Volume, long DiskSize) CreateVolume(FileTree tree, long behind, CancellationToken cancellationToken)
    {
        var fat = new FatOptions
        {
            SerialNumber = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(), "fat volume"),
            HiddenSectors = (uint)(MbrDisk.FirstPartitionOffset / DiskSectors.Size),
            FormatName = format,
            SourceDateEpoch = context.SourceDateEpoch,
        };
        var smallest = FatVolume.Create(tree, fat, cancellationToken);
        var needed = DiskSectors.AlignUp(MbrDisk.FirstPartitionOffset + smallest.Content.Length + behind, Math.Max(sizeMultiple, behind > 0 ? DiskSectors.Alignment : 1));
        if (context.DiskSize is not { } asked)
        {
            return (smallest, needed);
        }

        if (asked < needed || asked % sizeMultiple != 0)
        {
            throw new OutputFormatException(format, asked < needed
                ? $"a disk of {asked} bytes is too small: the content needs {needed}. Give a larger size (--size), or none for the smallest."
                : $"a disk of {asked} bytes is not a multiple of the {sizeMultiple} bytes that this format takes. Give a size (--size) that is.");
        }

        var room = (asked - MbrDisk.FirstPartitionOffset - behind) / DiskSectors.Alignment * DiskSectors.Alignment;
        return (FatVolume.Create(tree, fat with { Size = Math.Max(room, smallest.Content.Length) }, cancellationToken), asked);
    }

    private static BootExtent Extent(FatVolume volume, string path, long length) =>
        new(length == 0 ? 0 : MbrDisk.FirstPartitionOffset + volume.OffsetOf(path), length);
}

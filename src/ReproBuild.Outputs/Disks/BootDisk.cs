using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Disks;

/// <summary>A disk that boots the build's kernel and initrd from a FAT volume.</summary>
/// <param name="context">The build.</param>
/// <param name="program">What starts the kernel on UEFI.</param>
/// <param name="container">What the disk is put into, which limits its size.</param>
/// <param name="options">How the initrd is written.</param>
internal sealed class BootDisk(OutputContext context, UefiProgram program, IDiskContainer container, InitrdOptions options)
{
    /// <summary>Master boot record with ReproBuild's boot program, which reads the files of the volume by their places.</summary>
    public async Task<FileContent> CreateBiosAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel();
        var sizes = new DiskSizes(context.DiskSize, container, DiskTable.Mbr);
        var initrd = await InitrdImage.GetOrCreateAsync(context, options, cancellationToken).ConfigureAwait(false);
        BiosBootProgram.Check(kernel.Kernel, initrd, kernel.CommandLine);
        var (volume, size) = CreateVolume(BootFiles.ForBios(context, kernel, initrd), least: 0, sizes, cancellationToken);
        var table = new BiosBootTable(
            Extent(volume, BootFiles.Kernel, kernel.Kernel.Length),
            Extent(volume, BootFiles.Initrd, initrd.Length),
            Extent(volume, BootFiles.CommandLine, KernelArtifacts.CommandLine(kernel).Length));
        return MbrImage.Create([new MbrPartition(TypeOf(volume), volume.Content, isActive: true)], new MbrOptions
        {
            DiskSignature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "mbr disk"),
            BootProgram = BiosBootProgram.ForDisk(table),
            Size = size,
        });
    }

    /// <summary>GUID partition table with an EFI system partition that holds the unified kernel image.</summary>
    public async Task<FileContent> CreateEfiAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel();
        var sizes = new DiskSizes(context.DiskSize, container, DiskTable.Gpt);
        var initrd = await InitrdImage.GetOrCreateAsync(context, options, cancellationToken).ConfigureAwait(false);
        var image = BootFiles.UnifiedImage(context, kernel, initrd, kernel.CommandLine, program, cancellationToken);
        var (volume, size) = CreateVolume(BootFiles.ForEfi(context, image), FatConstants.MinSystemPartition, sizes, cancellationToken);
        var seed = context.Root.ComputeDigest(cancellationToken);
        var id = IdentifierDerivation.DeriveGuid(seed, "gpt esp");
        return GptImage.Create(
            [new GptPartition(GptPartitionTypes.EfiSystem, id, "EFI System", volume.Content)],
            new GptOptions { DiskId = IdentifierDerivation.DeriveGuid(seed, "gpt disk"), Size = size });
    }

    /// <summary>The volume that fills the disk, as far as FAT does.</summary>
    private (FatVolume Volume, long DiskSize) CreateVolume(FileTree tree, long least, DiskSizes sizes, CancellationToken cancellationToken)
    {
        var smallest = FatVolume.Create(tree, Options(size: null, least, cancellationToken), cancellationToken);
        var size = sizes.Choose(smallest.Content.Length);
        return context.DiskSize is null
            ? (smallest, size)
            : (FatVolume.Create(tree, Options(sizes.RoomIn(size), least, cancellationToken), cancellationToken), size);
    }

    private FatOptions Options(long? size, long least, CancellationToken cancellationToken) => new()
    {
        SerialNumber = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "fat volume"),
        HiddenSectors = (uint)(MbrImage.FirstPartitionOffset / DiskSectors.Size),
        SourceDateEpoch = context.SourceDateEpoch,
        Size = size,
        MinSize = least,
    };

    private static byte TypeOf(FatVolume volume) => volume.Type switch
    {
        FatType.Fat12 => MbrPartitionTypes.Fat12,
        FatType.Fat16 => MbrPartitionTypes.Fat16Lba,
        _ => MbrPartitionTypes.Fat32Lba,
    };

    private static BootExtent Extent(FatVolume volume, string path, long length) =>
        new(length == 0 ? 0 : MbrImage.FirstPartitionOffset + volume.OffsetOf(path), length);
}

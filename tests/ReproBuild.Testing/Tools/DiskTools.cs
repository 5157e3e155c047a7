namespace ReproBuild.Testing.Tools;

/// <summary>Programs that read disks and FAT volumes.</summary>
public static class DiskTools
{
    public static ExternalTool FsckFat { get; } = new("fsck.fat", "dosfstools");

    public static ExternalTool Mdir { get; } = new("mdir", "mtools");

    public static ExternalTool Mcopy { get; } = new("mcopy", "mtools");

    public static ExternalTool Sfdisk { get; } = new("sfdisk", "fdisk");

    public static ExternalTool Sgdisk { get; } = new("sgdisk", "gdisk");

    public static ExternalTool QemuImg { get; } = new("qemu-img", "qemu-utils");
}

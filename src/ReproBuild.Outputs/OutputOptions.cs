using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.SquashFs;

namespace ReproBuild;

/// <summary>What can be chosen of the formats of <see cref="StandardOutputFormats"/>.</summary>
public sealed class OutputOptions
{
    /// <summary>The UEFI boot program around which the unified kernel image is built, such as systemd's <c>linuxx64.efi.stub</c>.</summary>
    /// <value>
    /// Default null: ReproBuild's own, for the image's architecture. Secure Boot needs one that a distribution maintains, and a signature
    /// that is made outside the build.
    /// </value>
    public FileContent? UefiStub { get; init; }

    /// <summary>The text of the unified kernel image's <c>.osrel</c> section, in the format of os-release(5).</summary>
    /// <value>Default: <c>ID=linuxkit</c> and <c>NAME="LinuxKit"</c>.</value>
    public string OsRelease { get; init; } = UnifiedKernelImageOptions.LinuxKitOsRelease;

    /// <summary>The root device that <c>iso-bios</c> and <c>iso-efi</c> put on the command line when it names none.</summary>
    /// <value>Default <c>/dev/sr0</c>, the first CD drive, as LinuxKit.</value>
    public string IsoRootDevice { get; init; } = "/dev/sr0";

    /// <summary>Whether ISO 9660 volumes have a second hierarchy of directories, with the names that Windows reads.</summary>
    /// <value>Default true, as LinuxKit. It is an error when two names become equal there.</value>
    public bool IsoJoliet { get; init; } = true;

    /// <summary>
    /// How the initrd is compressed, in every format that holds one; the kernel must have been built with it (<c>CONFIG_RD_ZSTD</c>, for one), and
    /// stops at boot otherwise.
    /// </summary>
    /// <value>Default <see cref="InitrdCompression.Gzip"/>, which every kernel with an initrd reads.</value>
    public InitrdCompression InitrdCompression { get; init; } = InitrdCompression.Gzip;

    /// <summary>
    /// How much time is taken to make outputs smaller, wherever they are compressed by gzip, zlib or Zstandard: initrds,
    /// <c>kernel+squashfs</c>, <c>vmdk</c>, <c>gcp</c> and their kin. LZ4 has one effort only. Zstandard has two: in an initrd the default
    /// is the fast one, in SquashFS the best.
    /// </summary>
    /// <value>Default <see cref="CompressionEffort.Default"/>.</value>
    public CompressionEffort CompressionEffort { get; init; } = CompressionEffort.Default;

    /// <summary>How <c>kernel+squashfs</c> compresses; the kernel must have been built with it (<c>CONFIG_SQUASHFS_ZSTD</c>, for one).</summary>
    /// <value>Default <see cref="SquashFsCompression.Gzip"/>, which every kernel with SquashFS reads.</value>
    public SquashFsCompression SquashFsCompression { get; init; } = SquashFsCompression.Gzip;

    /// <summary>How <c>kernel+erofs</c> compresses; the kernel must have been built with it (<c>CONFIG_EROFS_FS_ZIP</c>).</summary>
    /// <value>Default <see cref="ErofsCompression.None"/>, as LinuxKit.</value>
    public ErofsCompression ErofsCompression { get; init; } = ErofsCompression.None;

    /// <summary>
    /// The Raspberry Pi's firmware for <c>rpi3</c>: <c>bootcode.bin</c>, <c>start.elf</c>, <c>fixup.dat</c> and U-Boot's <c>u-boot.bin</c> at the
    /// root, and whatever else the card's boot partition is to hold. <see cref="HostDirectory"/> reads them from a directory,
    /// <see cref="ImageSourceExtensions.GetFileTreeAsync"/> from an image.
    /// </summary>
    /// <value>Default null: <c>rpi3</c> is refused with the names of the files.</value>
    public FileTree? RaspberryPiFirmware { get; init; }

    /// <summary>
    /// Whether a format refuses a root file system of which it would lose something, such as extended attributes, POSIX ACLs, fractions of times, or
    /// times out of range. Else it leaves that out or changes it, with a warning that names the path; docs/formats.md tells what each format loses.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (!Enum.IsDefined(InitrdCompression))
        {
            throw Unknown("OutputOptions.InitrdCompression", InitrdCompression);
        }

        if (!Enum.IsDefined(CompressionEffort))
        {
            throw Unknown("OutputOptions.CompressionEffort", CompressionEffort);
        }

        if (!Enum.IsDefined(SquashFsCompression))
        {
            throw Unknown("OutputOptions.SquashFsCompression", SquashFsCompression);
        }

        if (!Enum.IsDefined(ErofsCompression))
        {
            throw Unknown("OutputOptions.ErofsCompression", ErofsCompression);
        }
    }

    private static InvalidOptionException Unknown(string option, Enum value) => new(option, $"{option} {value} is not known.");
}

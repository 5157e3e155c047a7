using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Cds;

/// <summary>What a BIOS boots from a volume: files of it, found by their places. It is the volume's first boot image.</summary>
/// <param name="KernelPath">Where the kernel lies.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="InitrdPath">Where the initrd lies.</param>
/// <param name="Initrd">The initrd, or null for none.</param>
/// <param name="CommandLine">The command line; it lies after the program in its boot image.</param>
internal sealed record IsoBiosBoot(string KernelPath, FileContent Kernel, string InitrdPath, FileContent? Initrd, IsoCommandLine CommandLine)
{
    /// <summary>How much of the boot image the firmware loads, in sectors of 512 bytes: only the boot program.</summary>
    private const int ProgramSectors = BiosBootProgram.Size / 512;

    private const string Architecture = "amd64";

    /// <summary>The El Torito image.</summary>
    public IsoBootImage Image => new(
        Iso9660BootPlatform.Bios,
        BiosBootProgram.Size + CommandLine.Bytes.Length,
        ProgramSectors,
        layout => new FileContentBuilder().Append(BiosBootProgram.ForCd(Table(layout))).Append(CommandLine.Bytes).Build());

    /// <summary>Whether the build's architecture has a BIOS.</summary>
    public static bool IsFor(OutputContext context) => context.Platform.Architecture == Architecture;

    /// <exception cref="OutputFormatException">The boot program cannot start the kernel; the message says why.</exception>
    public IsoBiosBoot Check()
    {
        BiosBootProgram.Check(Kernel, Initrd, CommandLine.Text);
        return this;
    }

    /// <summary>The same where a BIOS can start it, else null: a volume for UEFI goes without, and the log says why.</summary>
    public IsoBiosBoot? WherePossible(OutputContext context, string format)
    {
        if (!IsFor(context))
        {
            return null;
        }

        var obstacle = BiosBootProgram.FindObstacle(LinuxKernel.Inspect(Kernel), Initrd, CommandLine.Text);
        if (obstacle is not null)
        {
            OutputLog.StartsOnlyFromUefi(context.Logger, format, obstacle);
        }

        return obstacle is null ? this : null;
    }

    public BiosBootTable Table(IsoLayout layout) => new(
        new BootExtent(layout.OffsetOf(KernelPath), Kernel.Length),
        Initrd is { Length: > 0 } ? new BootExtent(layout.OffsetOf(InitrdPath), Initrd.Length) : default,
        new BootExtent(layout.OffsetOfBootImage(0) + BiosBootProgram.Size, CommandLine.Bytes.Length));
}

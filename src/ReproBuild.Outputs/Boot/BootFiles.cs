using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Boot;

/// <summary>What every UEFI boot program of a build has in common.</summary>
/// <param name="Stub">The stub; null for ReproBuild's own.</param>
/// <param name="OsRelease">The text of the <c>.osrel</c> section.</param>
internal sealed record UefiProgram(FileContent? Stub, string OsRelease);

/// <summary>The small trees that firmware and boot programs read.</summary>
internal static class BootFiles
{
    public const string Kernel = "kernel";
    public const string Initrd = "initrd.img";
    public const string CommandLine = "cmdline";

    /// <summary>Kernel, initrd and command line, as LinuxKit's disks have them.</summary>
    public static FileTree ForBios(OutputContext context, KernelFiles kernel, FileContent initrd)
    {
        var builder = new FileTreeBuilder();
        builder.Add(Kernel, File(context, kernel.Kernel));
        builder.Add(Initrd, File(context, initrd));
        builder.Add(CommandLine, File(context, KernelArtifacts.CommandLine(kernel)));
        return builder.Build();
    }

    /// <summary>A unified kernel image under the name that firmware starts without being told (UEFI 2.10, section 3.5.1.1).</summary>
    public static FileTree ForEfi(OutputContext context, FileContent image)
    {
        var builder = new FileTreeBuilder();
        var directory = Inode.Directory(time: new FileTime(context.SourceDateEpoch));
        var name = context.Platform.Architecture == "arm64" ? "BOOTAA64.EFI" : "BOOTX64.EFI";
        builder.Add($"EFI/BOOT/{name}", File(context, image), implicitParent: directory);
        return builder.Build();
    }

    /// <summary>The unified kernel image of a build.</summary>
    /// <exception cref="OutputFormatException">The kernel is for another architecture, or cannot be started by UEFI.</exception>
    public static FileContent UnifiedImage(
        OutputContext context, KernelFiles kernel, FileContent? initrd, string commandLine, UefiProgram program, CancellationToken cancellationToken)
    {
        LinuxKernel.Inspect(kernel.Kernel).CheckArchitecture(context.Platform.Architecture);
        var options = new UnifiedKernelImageOptions
        {
            Initrd = initrd, CommandLine = commandLine, UefiStub = program.Stub, OsRelease = program.OsRelease,
        };
        return UnifiedKernelImage.Create(kernel.Kernel, options, cancellationToken);
    }

    private static Inode File(OutputContext context, FileContent content) =>
        Inode.File(content, time: new FileTime(context.SourceDateEpoch));
}

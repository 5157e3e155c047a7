using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Boot.Uefi;

namespace ReproBuild.Outputs.Boot;

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
        OutputContext context, string format, string commandLine, KernelFiles kernel, FileContent? initrd, BootOptions options, CancellationToken cancellationToken)
    {
        LinuxKernel.Inspect(format, kernel.Kernel).CheckArchitecture(format, context.Platform.Architecture);
        return UnifiedKernelImage.Create(
            new UnifiedKernelImageContent { Kernel = kernel.Kernel, Initrd = initrd, CommandLine = commandLine, FormatName = format }, options, cancellationToken);
    }

    private static Inode File(OutputContext context, FileContent content) =>
        Inode.File(content, time: new FileTime(context.SourceDateEpoch));
}

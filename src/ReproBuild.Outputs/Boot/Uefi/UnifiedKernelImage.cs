using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Boot.Pe;

namespace ReproBuild.Outputs.Boot.Uefi;

/// <summary>What a unified kernel image is made of.</summary>
public sealed record UnifiedKernelImageContent
{
    /// <summary>The kernel, which must be an EFI program itself (<c>CONFIG_EFI_STUB</c>).</summary>
    public required FileContent Kernel { get; init; }

    /// <summary>The initrd, or null for none.</summary>
    public FileContent? Initrd { get; init; }

    /// <summary>The kernel command line, without a newline.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>What errors name as the format.</summary>
    /// <value>Default <c>uki</c>.</value>
    public string FormatName { get; init; } = "uki";
}

/// <summary>A kernel, its initrd and its command line as one UEFI program (UAPI.5, Unified Kernel Image).</summary>
public static class UnifiedKernelImage
{
    /// <summary>Composes the program. The kernel and the initrd are read once, for the checksum, and not copied.</summary>
    /// <param name="content">What it is made of.</param>
    /// <param name="options">The stub and the os-release text.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The kernel is not an EFI program, the stub is not one for its architecture, the command line is too long, or the whole exceeds 4 GiB.
    /// </exception>
    public static FileContent Create(UnifiedKernelImageContent content, BootOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        var format = content.FormatName;
        var kernel = LinuxKernel.Inspect(format, content.Kernel);
        if (kernel.Efi is not { } efi)
        {
            throw new OutputFormatException("the kernel is not an EFI program. Use a kernel that is built with CONFIG_EFI_STUB.");
        }

        kernel.CheckCommandLine(format, content.CommandLine);
        var writer = new PeWriter(format, options.UefiStub ?? UefiStub.ForArchitecture(kernel.Architecture)!);
        if (writer.Machine != efi.Machine)
        {
            throw new OutputFormatException(
                $"the UEFI stub is for machine type {writer.Machine:x4} and the kernel for {efi.Machine:x4}. Give a stub of the kernel's architecture.");
        }

        return writer.Write(Sections(content, options, kernel, efi), cancellationToken);
    }

    /// <summary>The kernel comes last, with the size that it wants in memory, so that a stub may start it in place.</summary>
    private static List<PeSection> Sections(UnifiedKernelImageContent content, BootOptions options, LinuxKernel kernel, PeHeaders efi)
    {
        var sections = new List<PeSection>();
        AddText(sections, ".osrel", options.OsRelease);
        AddText(sections, ".cmdline", content.CommandLine);
        AddText(sections, ".uname", kernel.Release ?? "");
        if (content.Initrd is { Length: > 0 } initrd)
        {
            sections.Add(new PeSection(".initrd", initrd, PeSection.Data, initrd.Length));
        }

        sections.Add(new PeSection(".linux", content.Kernel, PeSection.Code, Math.Max(content.Kernel.Length, efi.ImageSize)));
        return sections;
    }

    private static void AddText(List<PeSection> sections, string name, string text)
    {
        if (text.Length > 0)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            sections.Add(new PeSection(name, FileContent.FromBytes(bytes), PeSection.Data, bytes.Length));
        }
    }
}

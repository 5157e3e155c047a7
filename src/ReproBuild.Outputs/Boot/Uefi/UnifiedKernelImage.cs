using System.Reflection;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Boot.Pe;

namespace ReproBuild.Outputs.Boot.Uefi;

/// <summary>What a unified kernel image holds beside the kernel.</summary>
public sealed class UnifiedKernelImageOptions
{
    internal const string LinuxKitOsRelease = "ID=linuxkit\nNAME=\"LinuxKit\"\nPRETTY_NAME=\"LinuxKit\"\n";

    /// <summary>The initrd, or null for none.</summary>
    /// <value>Default null.</value>
    public FileContent? Initrd { get; init; }

    /// <summary>The kernel command line, without a newline.</summary>
    /// <value>Default empty.</value>
    public string CommandLine { get; init; } = "";

    /// <summary>The UEFI boot program around which the image is built, such as systemd's <c>linuxx64.efi.stub</c>.</summary>
    /// <value>Default null: ReproBuild's own, for the kernel's architecture.</value>
    public FileContent? UefiStub { get; init; }

    /// <summary>The text of the <c>.osrel</c> section, in the format of os-release(5).</summary>
    /// <value>Default: <c>ID=linuxkit</c> and <c>NAME="LinuxKit"</c>.</value>
    public string OsRelease { get; init; } = LinuxKitOsRelease;
}

/// <summary>A kernel, its initrd and its command line as one UEFI program (UAPI.5, Unified Kernel Image).</summary>
public static class UnifiedKernelImage
{
    /// <summary>Composes the program. The kernel and the initrd are read once, for the checksum, and not copied.</summary>
    /// <param name="kernel">The kernel, which must be an EFI program itself (<c>CONFIG_EFI_STUB</c>).</param>
    /// <param name="options">What else the image holds; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The kernel is not an EFI program, the stub is not one for its architecture, the command line is too long, or the whole exceeds 4 GiB.
    /// </exception>
    /// <exception cref="IOException">The kernel or the initrd cannot be read.</exception>
    public static Task<FileContent> CreateAsync(
        FileContent kernel, UnifiedKernelImageOptions? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return Task.Run(() => Create(kernel, options ?? new UnifiedKernelImageOptions(), cancellationToken), cancellationToken);
    }

    internal static FileContent Create(FileContent kernel, UnifiedKernelImageOptions options, CancellationToken cancellationToken)
    {
        var inspected = LinuxKernel.Inspect(kernel);
        if (inspected.Efi is not { } efi)
        {
            throw new OutputFormatException("the kernel is not an EFI program. Use a kernel that is built with CONFIG_EFI_STUB.");
        }

        inspected.CheckCommandLine(options.CommandLine);
        var writer = new PeWriter(options.UefiStub ?? UefiStub.ForArchitecture(inspected.Architecture)!);
        return writer.Machine == efi.Machine
            ? writer.Write(Sections(kernel, options, inspected.Release, efi), cancellationToken)
            : throw new OutputFormatException(
                $"the UEFI stub is for machine type {writer.Machine:x4} and the kernel for {efi.Machine:x4}. " +
                "Give a stub of the kernel's architecture.");
    }

    /// <summary>The kernel comes last, with the size that it wants in memory, so that a stub may start it in place.</summary>
    private static List<PeSection> Sections(FileContent kernel, UnifiedKernelImageOptions options, string? release, PeHeaders efi)
    {
        var sections = new List<PeSection>();
        AddText(sections, ".osrel", options.OsRelease);
        AddText(sections, ".cmdline", options.CommandLine);
        AddText(sections, ".uname", release ?? "");
        if (options.Initrd is { Length: > 0 } initrd)
        {
            sections.Add(new PeSection(".initrd", initrd, PeSection.Data, initrd.Length));
        }

        sections.Add(new PeSection(".linux", kernel, PeSection.Code, Math.Max(kernel.Length, efi.ImageSize)));
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

/// <summary>ReproBuild's own UEFI boot program, built from uefi-stub.c.</summary>
internal static class UefiStub
{
    /// <summary>The program of an architecture, or null when there is none.</summary>
    public static FileContent? ForArchitecture(string architecture)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"uefi-stub-{architecture}.efi");
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FileContent.FromBytes(bytes);
    }
}

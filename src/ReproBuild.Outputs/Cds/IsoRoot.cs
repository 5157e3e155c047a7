using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Iso9660;

namespace ReproBuild.Outputs.Cds;

/// <summary>A kernel command line, as text and as the bytes that the boot program passes.</summary>
internal sealed record IsoCommandLine(string Text, byte[] Bytes)
{
    public static IsoCommandLine Create(string text) => new(text, Encoding.UTF8.GetBytes(text));
}

/// <summary>What the formats with a volume have in common.</summary>
internal static class IsoRoot
{
    private const string Kernel = "boot/kernel";
    private const string Microcode = "boot/ucode.cpio";

    /// <summary>What separates parameters for the kernel (lib/cmdline.c, next_arg: isspace).</summary>
    private static readonly char[] Separators = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>The command line with a root device, unless it names one.</summary>
    public static IsoCommandLine CommandLine(string commandLine, string rootDevice)
    {
        var hasRoot = commandLine.Split(Separators).Any(static word => word.StartsWith("root=", StringComparison.Ordinal));
        return IsoCommandLine.Create(hasRoot ? commandLine : $"{commandLine} root={rootDevice}".TrimStart());
    }

    /// <summary>The root with the files that boot it where the boot program looks for them, which a build has put there already.</summary>
    public static FileTree WithBootFiles(OutputContext context, KernelFiles kernel)
    {
        if (Holds(context.Root, Kernel, kernel.Kernel) && (kernel.Microcode is null || Holds(context.Root, Microcode, kernel.Microcode)))
        {
            return context.Root;
        }

        var builder = new FileTreeBuilder(context.Root.Root.Inode);
        builder.AddTree(ByteString.Empty, context.Root);
        builder.Add(Kernel, File(context, kernel.Kernel), implicitParent: Directory(context));
        if (kernel.Microcode is { } microcode)
        {
            builder.Add(Microcode, File(context, microcode));
        }

        return builder.Build();
    }

    /// <summary>What a BIOS boots: the kernel of the root, with the microcode as its initrd.</summary>
    public static IsoBiosBoot BiosBoot(KernelFiles kernel, IsoCommandLine commandLine) =>
        new(Kernel, kernel.Kernel, Microcode, kernel.Microcode, commandLine);

    /// <summary>The volume of a build; the log names what it loses.</summary>
    /// <exception cref="OutputFormatException">The volume cannot hold the root, or it loses something of it and must not.</exception>
    public static FileContent Create(
        OutputContext context, FileTree root, bool joliet, IsoBoot? boot, bool isStrict, CancellationToken cancellationToken)
    {
        var options = new Iso9660Options
        {
            SourceDateEpoch = context.SourceDateEpoch,
            Joliet = joliet,
            Strict = isStrict,
            Logger = context.Logger,
        };
        return IsoVolume.Create(root, options, boot, cancellationToken).Content;
    }

    public static Inode Directory(OutputContext context) =>
        Inode.Directory(time: new FileTime(context.SourceDateEpoch));

    public static Inode File(OutputContext context, FileContent content) =>
        Inode.File(content, time: new FileTime(context.SourceDateEpoch));

    private static bool Holds(FileTree root, string path, FileContent content) => ReferenceEquals(root.Find(path)?.Inode.Content, content);
}

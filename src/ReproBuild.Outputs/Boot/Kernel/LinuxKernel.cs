using System.Text;
using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Pe;

namespace ReproBuild.Outputs.Boot.Kernel;

/// <summary>What a boot program must know about a kernel file.</summary>
/// <param name="Architecture">The architecture it is for, as Go names it.</param>
/// <param name="HasBiosEntry">Whether it can be started by the Linux/x86 boot protocol, 2.06 or later.</param>
/// <param name="Efi">Its PE headers, when it is an EFI program; else null.</param>
/// <param name="CommandLineLimit">How many bytes the command line may have.</param>
/// <param name="Release">What <c>uname -r</c> will print, or null when the file does not tell.</param>
internal sealed record LinuxKernel(string Architecture, bool HasBiosEntry, PeHeaders? Efi, int CommandLineLimit, string? Release)
{
    private const int HeaderSize = 4096;
    private const int MaxReleaseLength = 256;

    /// <summary>COMMAND_LINE_SIZE of arm64, its terminating zero left out.</summary>
    public const int ArmCommandLineLimit = 2047;

    /// <summary>Recognizes a kernel by its header.</summary>
    /// <exception cref="OutputFormatException">It is not a bootable kernel.</exception>
    public static LinuxKernel Inspect(FileContent kernel)
    {
        var header = new byte[HeaderSize];
        var count = kernel.Read(0, header);
        var efi = PeHeaders.TryRead(header);
        return X86SetupHeader.IsPresent(header) ? FromX86(kernel, header)
            : Arm64ImageHeader.IsPresent(header) || efi?.Machine == PeHeaders.MachineArm64
                ? new LinuxKernel("arm64", HasBiosEntry: false, efi, ArmCommandLineLimit, Release: null)
            : throw new OutputFormatException(Describe(header.AsSpan(0, count)));
    }

    /// <summary>Checks that a command line is not too long.</summary>
    /// <exception cref="OutputFormatException">It is; the message names the limit.</exception>
    public static void CheckCommandLine(string commandLine, int limit)
    {
        var length = Encoding.UTF8.GetByteCount(commandLine);
        if (length > limit)
        {
            throw new OutputFormatException(
                $"the kernel command line has {length} bytes, and the kernel takes at most {limit}. Shorten kernel.cmdline.");
        }
    }

    /// <summary>Checks that the kernel holds the command line.</summary>
    /// <exception cref="OutputFormatException">It does not; the message names the limit.</exception>
    public void CheckCommandLine(string commandLine) => CheckCommandLine(commandLine, CommandLineLimit);

    /// <summary>Checks that the kernel is for the machine that is built: firmware starts no other.</summary>
    /// <exception cref="OutputFormatException">It is not; the message names both.</exception>
    public void CheckArchitecture(string architecture)
    {
        if (architecture != Architecture)
        {
            throw new OutputFormatException(
                $"the kernel is for {Architecture}, and the build for {architecture}. " +
                $"Name a kernel image for {architecture}, or build for {Architecture}.");
        }
    }

    private static LinuxKernel FromX86(FileContent kernel, byte[] header)
    {
        var setup = new X86SetupHeader(header);
        var hasBiosEntry = setup.Version >= X86SetupHeader.FirstVersionWithCommandLineSize && setup.IsLoadedHigh;
        return new LinuxKernel("amd64", hasBiosEntry, PeHeaders.TryRead(header), setup.CommandLineSize, ReadRelease(kernel, setup));
    }

    /// <summary>The release is the first word of the version text, which lies in the setup part.</summary>
    private static string? ReadRelease(FileContent kernel, X86SetupHeader setup)
    {
        if (setup.VersionTextOffset is not { } offset)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[MaxReleaseLength];
        text = text[..kernel.Read(offset, text)];
        var end = text.IndexOfAny((byte)' ', (byte)0);
        return end > 0 && !text[..end].ContainsAnyExceptInRange((byte)0x21, (byte)0x7e) ? Encoding.ASCII.GetString(text[..end]) : null;
    }

    private static string Describe(ReadOnlySpan<byte> header)
    {
        const string Expected = "expected a bzImage of x86, or an Image or another EFI kernel of arm64";
        return header.StartsWith<byte>([0x1f, 0x8b])
            ? $"the kernel is compressed with gzip as a whole, which firmware does not start; {Expected}. Set BuildOptions.DecompressKernel."
            : $"the kernel is not bootable: it begins with the bytes {Convert.ToHexStringLower(header[..Math.Min(8, header.Length)])}; {Expected}. " +
              "Set kernel.binary to the kernel's file.";
    }
}

using System.Reflection;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;

namespace ReproBuild.Outputs.Boot.Bios;

/// <summary>ReproBuild's own BIOS boot program, assembled from bios-loader.asm.</summary>
internal static class BiosBootProgram
{
    /// <summary>Its length in bytes. On a disk it lies at the beginning, the partition table in its first 512 bytes.</summary>
    public const int Size = 2048;

    /// <summary>How long a command line it can pass, in bytes.</summary>
    public const int MaxCommandLine = 0x1fff;

    private const int PreloadedOffset = 3;
    private const int TableOffset = 512;

    /// <summary>The program as a disk's first sectors; the firmware loads one of them, and the program the rest.</summary>
    public static byte[] ForDisk(BiosBootTable table) => Create(table, isPreloaded: false);

    /// <summary>The program as an El Torito image without emulation, of which the firmware loads all four 512-byte sectors.</summary>
    public static byte[] ForCd(BiosBootTable table) => Create(table, isPreloaded: true);

    /// <summary>Checks that the program can start the kernel.</summary>
    /// <exception cref="OutputFormatException">It cannot; the message says why.</exception>
    public static void Check(FileContent kernel, FileContent? initrd, string commandLine)
    {
        var inspected = LinuxKernel.Inspect(kernel);
        inspected.CheckCommandLine(commandLine);
        if (FindObstacle(inspected, initrd, commandLine) is { } obstacle)
        {
            throw new OutputFormatException(obstacle);
        }
    }

    /// <summary>Why the program cannot start a kernel that is bootable otherwise, and what to do; null when it can.</summary>
    public static string? FindObstacle(LinuxKernel kernel, FileContent? initrd, string commandLine) =>
        !kernel.HasBiosEntry
            ? $"a BIOS starts no {kernel.Architecture} kernel of this kind; it needs a bzImage of boot protocol 2.06 or later. Use an efi format."
        : Encoding.UTF8.GetByteCount(commandLine) > MaxCommandLine
            ? $"the kernel command line is longer than {MaxCommandLine} bytes. Shorten kernel.cmdline."
        : initrd?.Length > int.MaxValue
            ? $"the initrd has {initrd.Length} bytes; a kernel that a BIOS starts takes it below 2 GiB. " +
              "Make the root file system smaller, or use iso-bios."
        : null;

    private static byte[] Create(BiosBootTable table, bool isPreloaded)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("bios-loader.bin")!;
        var program = new byte[Size];
        stream.ReadExactly(program);
        program[PreloadedOffset] = isPreloaded ? (byte)1 : (byte)0;
        table.Write(program.AsSpan(TableOffset));
        return program;
    }
}

using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Boot.Kernel;
using ReproBuild.Outputs.Boot.Pe;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Outputs.RaspberryPi;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Kernels and UEFI boot programs.</summary>
internal static class BootTargets
{
    /// <summary>The input is a kernel to be decompressed.</summary>
    public static void Decompress(byte[] input) =>
        KernelDecompressor.DecompressAsync(FileContent.FromBytes(input), Stream.Null, Limits, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The input is a kernel, and a stub for UEFI; whatever reads either reads it.</summary>
    public static void ReadHeaders(byte[] input)
    {
        var file = FileContent.FromBytes(input);
        Try(() => Rpi3Kernel.Inspect(file, 1 << 30));
        Try(() => BiosBootProgram.Check(file, FileContent.Empty, "console=ttyS0"));
        Try(() => Compose(file, stub: null));
        Try(() => Compose(file, stub: file));
        LinuxKernel.Inspect(file);
    }

    private static void Compose(FileContent kernel, FileContent? stub)
    {
        var options = new UnifiedKernelImageOptions { UefiStub = stub, Initrd = FileContent.FromBytes("initrd"u8.ToArray()), CommandLine = "quiet" };
        var image = UnifiedKernelImage.Create(kernel, options, CancellationToken.None);
        var start = new byte[Math.Min(image.Length, 1 << 20)];
        image.Read(0, start);
        Must(PeHeaders.TryRead(start) is not null, "a unified kernel image is a PE program");
    }

    // The next reader reads the same file.
    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (ReproBuildException)
        {
        }
    }
}

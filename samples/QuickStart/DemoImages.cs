using EmbeddedRegistry;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Initrd;

namespace QuickStart;

/// <summary>The images that the sample builds from, composed in code.</summary>
internal static class DemoImages
{
    public static async Task AddToAsync(RegistryContent registry)
    {
        registry.AddImage("quickstart/kernel", "1", new ImageRecipe { Layers = [await KernelAsync()] });
        registry.AddImage("quickstart/kernel", "arm64", new ImageRecipe { Architecture = "arm64", Layers = [await Arm64KernelAsync()] });
        registry.AddImage("quickstart/rpi-firmware", "1", new ImageRecipe { Architecture = "arm64", Layers = [await FirmwareAsync()] });
        registry.AddImage("quickstart/init", "1", new ImageRecipe { Layers = [await InitAsync()] });
        registry.AddImage("quickstart/greeter", "1", new ImageRecipe
        {
            Layers = [await GreeterAsync()],
            Entrypoint = ["/bin/greet"],
            Environment = ["PATH=/bin"],
        });
    }

    private static async Task<ImageLayer> KernelAsync()
    {
        using var modules = new LayerWriter();
        await modules.AddDirectoryAsync("lib/");
        await modules.AddDirectoryAsync("lib/modules/");
        await modules.AddDirectoryAsync($"lib/modules/{StandInKernel.Release}/");
        await modules.AddFileAsync($"lib/modules/{StandInKernel.Release}/modules.dep", []);
        using var layer = new LayerWriter();
        await layer.AddFileAsync("kernel", StandInKernel.Create());
        await layer.AddFileAsync("kernel.tar", await modules.FinishTarAsync());
        await layer.AddFileAsync("ucode.cpio", await MicrocodeAsync());
        return await layer.FinishAsync();
    }

    /// <summary>A Raspberry Pi's kernel comes with the board's device trees.</summary>
    private static async Task<ImageLayer> Arm64KernelAsync()
    {
        using var modules = new LayerWriter();
        await modules.AddDirectoryAsync("boot/");
        await modules.AddDirectoryAsync("boot/dtb/");
        await modules.AddDirectoryAsync("boot/dtb/broadcom/");
        await modules.AddFileAsync("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", "stand-in"u8.ToArray());
        using var layer = new LayerWriter();
        await layer.AddFileAsync("kernel", StandInKernel.CreateArm64());
        await layer.AddFileAsync("kernel.tar", await modules.FinishTarAsync());
        await layer.AddFileAsync("ucode.cpio", await MicrocodeAsync());
        return await layer.FinishAsync();
    }

    /// <summary>Stand-ins for a Raspberry Pi's firmware, which nobody may ship with a sample.</summary>
    private static async Task<ImageLayer> FirmwareAsync()
    {
        using var layer = new LayerWriter();
        foreach (var name in (string[])["bootcode.bin", "fixup.dat", "start.elf", "u-boot.bin"])
        {
            await layer.AddFileAsync(name, "stand-in"u8.ToArray());
        }

        return await layer.FinishAsync();
    }

    private static async Task<ImageLayer> InitAsync()
    {
        using var layer = new LayerWriter();
        await layer.AddDirectoryAsync("bin/");
        await layer.AddFileAsync("bin/rc.init", "#!/bin/sh\nexec /bin/sh\n"u8.ToArray(), executable: true);
        await layer.AddDirectoryAsync("etc/");
        await layer.AddFileAsync("etc/os-release", "NAME=\"QuickStart\"\n"u8.ToArray());
        await layer.AddFileAsync("init", "#!/bin/sh\nexec /bin/rc.init\n"u8.ToArray(), executable: true);
        return await layer.FinishAsync();
    }

    private static async Task<ImageLayer> GreeterAsync()
    {
        using var layer = new LayerWriter();
        await layer.AddDirectoryAsync("bin/");
        await layer.AddFileAsync("bin/greet", "#!/bin/sh\necho \"$GREETING\"\n"u8.ToArray(), executable: true);
        return await layer.FinishAsync();
    }

    private static async Task<byte[]> MicrocodeAsync()
    {
        var tree = new FileTreeBuilder();
        tree.Add("kernel/x86/microcode/GenuineIntel.bin",
            Inode.File(FileContent.FromBytes("stand-in"u8.ToArray())),
            implicitParent: Inode.Directory());
        var archive = await CpioImage.CreateAsync(tree.Build());
        var bytes = new byte[archive.Length];
        archive.Read(0, bytes);
        return bytes;
    }
}

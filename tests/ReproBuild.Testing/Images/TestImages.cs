using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Images;

/// <summary>The images that <c>eng/make-test-images.sh</c> makes, by their tags in its OCI layout.</summary>
public static class TestImages
{
    /// <summary>The directory of the OCI layout.</summary>
    public static string Layout { get; } = Path.Combine(TestHost.TestDataDirectory, "layout");

    /// <summary>Debian's cloud kernel with all its modules, and the root initramfs as <c>ucode.cpio</c>.</summary>
    public const string Kernel = "kernel-amd64";

    /// <summary>The same with the few modules that a boot needs: faster to unpack in emulation.</summary>
    public const string SmallKernel = "kernel-small-amd64";

    /// <summary>The same for arm64.</summary>
    public const string SmallKernelArm64 = "kernel-small-arm64";

    /// <summary>Debian's general kernel for arm64 in gzip, with the device trees of a Raspberry Pi and without modules.</summary>
    public const string RaspberryPiKernel = "kernel-rpi3-arm64";

    /// <summary>Debian's U-Boot for a Raspberry Pi 3, with stand-ins for what its graphics processor runs.</summary>
    public const string RaspberryPiFirmware = "rpi3-firmware";

    /// <summary>busybox and the init program of the test machines.</summary>
    public const string Init = "init-amd64";

    /// <summary>The same for arm64.</summary>
    public const string InitArm64 = "init-arm64";

    /// <summary>runc with its libraries.</summary>
    public const string Runc = "runc-amd64";

    /// <summary>busybox alone, for containers.</summary>
    public const string Busybox = "busybox-amd64";

    /// <summary>The same for arm64.</summary>
    public const string BusyboxArm64 = "busybox-arm64";

    /// <summary>A whole Debian with Python and Perl in one layer.</summary>
    public const string DebianBase = "debian-base";

    /// <summary>The same with two more layers: packages installed, files removed, links and attributes.</summary>
    public const string DebianTools = "debian-tools";

    /// <summary><see cref="DebianTools"/> with layers compressed by zstd.</summary>
    public const string DebianZstd = "debian-zstd";

    /// <summary>Every tag.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Kernel, SmallKernel, SmallKernelArm64, RaspberryPiKernel, RaspberryPiFirmware, Init, InitArm64, Runc, Busybox, BusyboxArm64, DebianBase, DebianTools, DebianZstd,
    ];

    /// <summary>
    /// What the init program of the test machines prints when every container has ended well. It computes the number, so no boot
    /// loader or kernel that echoes its configuration can print it.
    /// </summary>
    public const string Marker = "REPROBUILD-42";

    /// <summary>The bytes of an image's manifest.</summary>
    public static byte[] ReadManifest(string tag)
    {
        var index = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Layout, "index.json")))!;
        var descriptor = index["manifests"]!.AsArray().Single(manifest => (string?)manifest!["annotations"]?["org.opencontainers.image.ref.name"] == tag)!;
        return File.ReadAllBytes(Path.Combine(Layout, "blobs", ((string)descriptor["digest"]!).Replace(':', '/')));
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Cds;
using ReproBuild.Outputs.Tests.Iso9660;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Cds;

public sealed class IsoFormatTests : IDisposable
{
    private const string CommandLine = "console=ttyS0 quiet";

    /// <summary>The artifacts of one small build. A change here needs a commit that says which bytes changed and why.</summary>
    private static readonly Dictionary<string, string> Golden = new(StringComparer.Ordinal)
    {
        ["iso-bios amd64"] = "37cef87152c61118dbbb780d281d94199fad99c9da7c1278815cc7f7ec85a00e",
        ["iso-efi amd64"] = "bd36a0792a4bd3a379f0c2455ef185a4747795737fafce9d54793ead1ec255da",
        ["iso-efi arm64"] = "b9c3723aceb4f34e4fb888372fd4c1c17af85a2134e1d2275c4a46fc1822f29f",
        ["iso-efi-initrd amd64"] = "c549f43c1117e5de98df3e707031edae2c0cdb27859b30899391f55b279115b5",
        ["iso-efi-initrd arm64"] = "f63baa9d284e64af4d02dd5ce0f0f563794c072a66cab08a11cf8de73cba2eae",
        ["kernel+iso amd64"] = "7b9bc94468bd135ec8622108db2f932f5b243f944fa3acc43aa5da5a41f39a3a",
        ["kernel+iso arm64"] = "7b9bc94468bd135ec8622108db2f932f5b243f944fa3acc43aa5da5a41f39a3a",
    };

    private static readonly FileContent Microcode = FileContent.FromBytes(Encoding.ASCII.GetBytes(new string('m', 5000)));

    private readonly TemporaryDirectory _directory = new("isoformat");

    public static TheoryData<string, string, string> Names => new()
    {
        { "iso-bios", ".iso", "amd64" }, { "iso-efi", "-efi.iso", "amd64" }, { "iso-efi", "-efi.iso", "arm64" }, { "iso-efi-initrd", "-efi-initrd.iso", "amd64" },
        { "iso-efi-initrd", "-efi-initrd.iso", "arm64" }, { "kernel+iso", ".iso", "amd64" }, { "kernel+iso", ".iso", "arm64" },
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_BIOS_volume_has_its_files_where_the_boot_programs_look_for_them()
    {
        var iso = (await Run().WriteAsync(Format("iso-bios"), TestContext.Current.CancellationToken))[".iso"];
        var catalog = BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan((17 * 2048) + 71));
        var program = BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan((catalog * 2048) + 40)) * 2048;
        Assert.Equal(4, BinaryPrimitives.ReadInt16LittleEndian(iso.AsSpan((catalog * 2048) + 38)));
        foreach (var table in (int[])[512, program + 512])
        {
            Assert.Equal(Run().Kernel!.Kernel.ToArray(), TableExtent(iso, table, 0));
            Assert.Equal(Microcode.ToArray(), TableExtent(iso, table, 1));
            Assert.Equal(CommandLine + " root=/dev/sr0", Encoding.UTF8.GetString(TableExtent(iso, table, 2)));
        }

        Assert.Equal((0, 1), (iso[3], iso[program + 3])); // whether the firmware loads the whole program
        var entry = iso.AsSpan(446, 16).ToArray();
        Assert.Equal((0x80, 0x17, 0, iso.Length / 512), (entry[0], entry[4], BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(12))));
    }

    [Theory]
    [InlineData("amd64", "BOOTX64.EFI")]
    [InlineData("arm64", "BOOTAA64.EFI")]
    public async Task The_EFI_volume_has_the_boot_program_in_a_partition_that_is_also_the_boot_image(string architecture, string name)
    {
        Assert.SkipUnless(DiskTools.Mcopy.IsAvailable, DiskTools.Mcopy.SkipReason);
        var iso = (await Run(architecture).WriteAsync(Format("iso-efi"), TestContext.Current.CancellationToken))["-efi.iso"];
        var catalog = BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan((17 * 2048) + 71)) * 2048;

        // On amd64 the catalog's first entry is for a BIOS, and a section of its own names the one for UEFI.
        var (platform, entry) = architecture == "amd64" ? (catalog + 65, catalog + 96) : (catalog + 1, catalog + 32);
        var offset = BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan(entry + 8)) * 2048;
        Assert.Equal((0xef, 0xef), (iso[platform], iso[446 + 4]));
        Assert.Equal(offset, BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan(446 + 8)) * 512);
        await File.WriteAllBytesAsync(_directory["efi.iso"], iso, TestContext.Current.CancellationToken);
        await DiskTools.Mcopy.RunAsync(["-n", "-i", $"{_directory["efi.iso"]}@@{offset}", $"::/EFI/BOOT/{name}", _directory["program"]], cancellationToken: TestContext.Current.CancellationToken);
        using var reader = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(_directory["program"]));
        Assert.Equal([".osrel", ".cmdline", ".initrd", ".linux"], reader.PEHeaders.SectionHeaders.Select(static s => s.Name).Where(static n => n is ".osrel" or ".cmdline" or ".initrd" or ".linux"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_volume_holds_the_root(string name, string suffix, string architecture)
    {
        var run = Run(architecture);
        var iso = (await run.WriteAsync(Format(name), TestContext.Current.CancellationToken))[suffix];
        var paths = new IsoReader(FileContent.FromBytes(iso)).Records.Select(static r => r.Path).ToHashSet(StringComparer.Ordinal);
        var root = run.Root.Entries.Select(static e => Encoding.Latin1.GetString(e.Path.Span));
        var expected = name switch
        {
            "iso-efi-initrd" => ["kernel", "initrd.img"],
            "kernel+iso" => root,
            _ => [.. root, "boot", "boot/kernel", "boot/ucode.cpio"],
        };
        Assert.Equal(expected.Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Xorriso_reports_a_hybrid_volume()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        foreach (var (name, type, firmware) in ((string, string, string[])[])[("iso-bios", "0x80 +0x17", ["BIOS"]), ("iso-efi", "0x80 +0xef", ["BIOS", "UEFI"])])
        {
            var iso = (await Run().WriteAsync(Format(name), TestContext.Current.CancellationToken)).Values.Single();
            await File.WriteAllBytesAsync(_directory["hybrid.iso"], iso, TestContext.Current.CancellationToken);
            var report = await IsoTools.Xorriso.RunAsync(
                ["-no_rc", "-indev", $"stdio:{_directory["hybrid.iso"]}", "-report_el_torito", "plain", "-report_system_area", "plain"], cancellationToken: TestContext.Current.CancellationToken);
            Assert.All(firmware, (kind, i) => Assert.Matches($@"El Torito boot img :\s+{i + 1}\s+{kind}\s+y\s+none", report));
            Assert.Matches($@"MBR partition +: +1 +{type} ", report);
        }
    }

    [Theory]
    [InlineData("quiet root=/dev/vda", "quiet root=/dev/vda")]
    [InlineData("", "root=/dev/cd")]
    [InlineData("notroot=1", "notroot=1 root=/dev/cd")]
    public void A_root_device_is_added_unless_there_is_one(string commandLine, string expected) =>
        Assert.Equal(expected, IsoRoot.CommandLine(commandLine, "/dev/cd").Text);

    [Theory]
    [InlineData("quiet\troot=/dev/vda")]
    [InlineData("root=/dev/vda")]
    [InlineData("a\nroot=/dev/vda b")]
    public void A_root_that_the_command_line_names_stays(string commandLine) =>
        Assert.Equal(commandLine, IsoRoot.CommandLine(commandLine, "/dev/sr0").Text);

    [Theory]
    [InlineData("", "root=/dev/sr0")]
    [InlineData("quiet nfsroot=/x", "quiet nfsroot=/x root=/dev/sr0")]
    public void A_command_line_that_names_no_root_gets_one(string commandLine, string expected) =>
        Assert.Equal(expected, IsoRoot.CommandLine(commandLine, "/dev/sr0").Text);

    [Fact]
    public async Task There_is_no_BIOS_on_arm64()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => Run("arm64").WriteAsync(Format("iso-bios"), TestContext.Current.CancellationToken));
        Assert.Contains("there is no BIOS on arm64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_without_a_kernel_is_refused()
    {
        foreach (var name in (string[])["iso-bios", "iso-efi", "iso-efi-initrd", "kernel+iso"])
        {
            var run = Run() with { Kernel = null };
            var error = await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(Format(name), TestContext.Current.CancellationToken));
            Assert.StartsWith("the configuration has no kernel", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Extended_attributes_are_left_out_with_a_warning()
    {
        var inode = new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ExtendedAttributes = [new ExtendedAttribute("security.capability", "x")] };
        var logger = new RecordingLogger();
        await (Run() with { Root = Iso9660ImageTests.Tree(("ping", inode)), Logger = logger }).WriteAsync(Format("kernel+iso"), TestContext.Current.CancellationToken);
        Assert.Equal(["'/ping' loses its extended attribute security.capability, which an ISO 9660 volume cannot hold"], logger.Messages);
    }

    [Fact]
    public async Task Joliet_can_be_left_out()
    {
        var run = Run() with { Root = Iso9660ImageTests.Tree(("a:b", SampleTree.File("1"u8.ToArray())), ("a_b", SampleTree.File("2"u8.ToArray()))) };
        await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(Format("iso-bios"), TestContext.Current.CancellationToken));
        await run.WriteAsync(new IsoBiosFormat("/dev/sr0", joliet: false), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_artifacts_of_a_small_build_are_pinned()
    {
        var actual = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Names)
        {
            var (name, suffix, architecture) = row.Data;
            var artifacts = await Run(architecture).WriteAsync(Format(name), TestContext.Current.CancellationToken);
            actual.Add($"{name} {architecture}", Convert.ToHexStringLower(SHA256.HashData(artifacts[suffix])));
        }

        Assert.True(Golden.SequenceEqual(actual), string.Join(Environment.NewLine, actual.Select(static a => $"[\"{a.Key}\"] = \"{a.Value}\",")));
    }

    private static IOutputFormat Format(string name) => StandardOutputFormats.All.Single(f => f.Name == name);

    private static FormatRun Run(string architecture = "amd64") => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(architecture == "arm64" ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage(), CommandLine, Microcode),
        Architecture = architecture,
    };

    /// <summary>What a boot program would read: extent 0 is the kernel, 1 the initrd, 2 the command line.</summary>
    private static byte[] TableExtent(byte[] iso, int table, int index)
    {
        var unit = BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan(table + 4 + (8 * index)));
        Assert.Equal(0, unit % 4);
        return iso.AsSpan(unit * 512, BinaryPrimitives.ReadInt32LittleEndian(iso.AsSpan(table + 8 + (8 * index)))).ToArray();
    }
}

using System.Buffers.Binary;
using System.Formats.Tar;
using System.Reflection;
using System.Reflection.PortableExecutable;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Outputs.Tar;
using ReproBuild.Outputs.UBoot;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.PublicApi.Tests.Images;

/// <summary>What a caller makes with the image writers, each read by a program that knows nothing of ReproBuild.</summary>
public sealed class ImageWriterTests : IDisposable
{
    private const string Text = "Read me.\n";

    private readonly TemporaryDirectory _directory = new("images");
    private readonly ScratchSpace _scratch = new();

    public static TheoryData<SquashFsCompression> SquashFsCompressions => [SquashFsCompression.Gzip, SquashFsCompression.Lz4, SquashFsCompression.Zstd];

    public static TheoryData<ErofsCompression> ErofsCompressions => [ErofsCompression.None, ErofsCompression.Lz4];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scratch.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Every_writer_has_the_one_shape()
    {
        var writers = typeof(StandardOutputFormats).Assembly.GetExportedTypes().Where(static t => t.IsAbstract && t.Name.EndsWith("Image", StringComparison.Ordinal));
        Assert.Equal(13, writers.Count());
        Assert.All(writers, static writer =>
        {
            var method = Assert.Single(writer.GetMethods(BindingFlags.Public | BindingFlags.Static));
            Assert.Equal(("CreateAsync", typeof(Task<FileContent>)), (method.Name, method.ReturnType));
            var parameters = method.GetParameters();
            Assert.Equal(4, parameters.Length);
            Assert.EndsWith("Options", parameters[1].ParameterType.Name, StringComparison.Ordinal);
            Assert.Equal(["options", "scratch", "cancellationToken"], parameters.Skip(1).Select(static p => p.Name!));
            Assert.Equal([typeof(ScratchSpace), typeof(CancellationToken)], parameters.Skip(2).Select(static p => p.ParameterType));
        });
    }

    [Fact]
    public async Task A_tar_has_the_bytes_of_the_format()
    {
        var image = await TarImage.CreateAsync(Tree(), new TarOptions(), _scratch, Cancellation);
        using var reader = new TarReader(image.OpenRead());
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.GetNextEntryAsync(copyData: true, Cancellation) is { } entry)
        {
            entries.Add(entry.Name, entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName
                : entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync(Cancellation));
        }

        Assert.Equal([("docs/", ""), ("docs/readme.txt", Text), ("link", "docs/readme.txt")], entries.Select(static e => (e.Key, e.Value)));
        Assert.Equal(await FormatAsync("tar", ".tar"), image.ToArray());
    }

    [Fact]
    public async Task Cpio()
    {
        var tool = new ExternalTool("cpio", "cpio");
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        var path = await SaveAsync(CpioImage.CreateAsync(Tree(), new CpioOptions(), _scratch, Cancellation));
        var listing = await tool.RunAsync(["-it", "--quiet", "-F", path], cancellationToken: Cancellation);
        Assert.Equal(["docs", "docs/readme.txt", "link"], listing.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Iso_9660()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        var options = new Iso9660Options
        {
            VolumeId = "Reading",
            Joliet = false,
            SourceDateEpoch = 86_400,
            BootImages =
            [
                new Iso9660BootImage(Iso9660BootPlatform.Bios, FileContent.FromBytes(new byte[4096]), loadSectors: 4),
                new Iso9660BootImage(Iso9660BootPlatform.Efi, FileContent.FromBytes(new byte[2048])),
            ],
        };
        Assert.Equal((4, Iso9660BootPlatform.Bios, 4096L), (options.BootImages[0].LoadSectors, options.BootImages[0].Platform, options.BootImages[0].Content.Length));
        Assert.Equal(("Reading", false, 86_400), (options.VolumeId, options.Joliet, options.SourceDateEpoch));
        var path = await SaveAsync(Iso9660Image.CreateAsync(Tree(), options, _scratch, Cancellation));
        var report = await IsoTools.Xorriso.RunAsync(
            ["-no_rc", "-indev", $"stdio:{path}", "-pvd_info", "-report_el_torito", "plain", "-find", "/"], cancellationToken: Cancellation);
        Assert.Matches(@"Volume Id +: Reading", report);
        Assert.Matches(@"El Torito boot img :\s+1\s+BIOS\s+y\s+none\s+0x0000\s+0x00\s+4 ", report);
        Assert.Matches(@"El Torito boot img :\s+2\s+UEFI", report);
        Assert.Contains("'/docs/readme.txt'", report, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SquashFsCompressions))]
    public async Task SquashFS(SquashFsCompression compression)
    {
        var tool = new ExternalTool("unsquashfs", "squashfs-tools");
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        var options = new SquashFsOptions { Compression = compression, BlockSize = 65_536, MaxParallelism = 2, SourceDateEpoch = 86_400, Effort = CompressionEffort.Best };
        Assert.Equal(CompressionEffort.Best, options.Effort);
        Assert.Equal((compression, 65_536, 2, 86_400), (options.Compression, options.BlockSize, options.MaxParallelism, options.SourceDateEpoch));
        var path = await SaveAsync(SquashFsImage.CreateAsync(Tree(), options, _scratch, Cancellation));
        Assert.Equal(Text, await tool.RunAsync(["-cat", path, "docs/readme.txt"], cancellationToken: Cancellation));
        Assert.Contains("Block size 65536", await tool.RunAsync(["-s", path], cancellationToken: Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ErofsCompressions))]
    public async Task EROFS(ErofsCompression compression)
    {
        var tool = new ExternalTool("fsck.erofs", "erofs-utils");
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        var options = new ErofsOptions { Uuid = new Guid("00112233-4455-8677-8899-aabbccddeeff"), Compression = compression, MaxParallelism = 2, SourceDateEpoch = 7 };
        Assert.Equal((compression, 2, 7), (options.Compression, options.MaxParallelism, options.SourceDateEpoch));
        var image = await ErofsImage.CreateAsync(Tree(), options, _scratch, Cancellation);
        Assert.Equal(options.Uuid.ToByteArray(bigEndian: true), image.Slice(1024 + 48, 16).ToArray());
        await image.SaveAsync(_directory["image"], Cancellation);
        await tool.RunAsync([$"--extract={_directory["out"]}", _directory["image"]], cancellationToken: Cancellation);
        Assert.Equal(Text, await File.ReadAllTextAsync(_directory["out/docs/readme.txt"], Cancellation));
    }

    [Fact]
    public async Task Fat()
    {
        Assert.SkipUnless(DiskTools.Mcopy.IsAvailable, DiskTools.Mcopy.SkipReason);
        var options = new FatOptions { SerialNumber = 0x1234abcd, Label = "READING", Size = 4 << 20, HiddenSectors = 2048, SourceDateEpoch = 315_532_800 };
        Assert.Equal((0x1234abcdu, "READING", 4L << 20), (options.SerialNumber, options.Label, options.Size!.Value));
        Assert.Equal((2048u, 315_532_800L), (options.HiddenSectors, options.SourceDateEpoch));
        var path = await SaveAsync(FatImage.CreateAsync(FilesOnly(), options, _scratch, Cancellation));
        Assert.Equal(4 << 20, new FileInfo(path).Length);
        await DiskTools.Mcopy.RunAsync(["-n", "-i", path, "::/docs/readme.txt", _directory["out"]], cancellationToken: Cancellation);
        Assert.Equal(Text, await File.ReadAllTextAsync(_directory["out"], Cancellation));
        Assert.Contains("1234-ABCD", await DiskTools.Mdir.RunAsync(["-i", path, "::"], cancellationToken: Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_FAT_volume_for_an_EFI_system_partition()
    {
        Assert.SkipUnless(DiskTools.FsckFat.IsAvailable, DiskTools.FsckFat.SkipReason);
        var options = new FatOptions { SerialNumber = 1, MinSize = 34 << 20 };
        Assert.Equal(34 << 20, options.MinSize);
        var path = await SaveAsync(FatImage.CreateAsync(FilesOnly(), options, _scratch, Cancellation));
        Assert.Equal(34 << 20, new FileInfo(path).Length);
        Assert.Contains("FATs, 32 bit entries", await DiskTools.FsckFat.RunAsync(["-n", "-v", path], cancellationToken: Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unified_kernel_image(bool withStubOfItsOwn)
    {
        var own = await UnifiedKernelImage.CreateAsync(SyntheticKernel.BzImage(), null, null, Cancellation);
        var options = new UnifiedKernelImageOptions
        {
            Initrd = FileContent.FromBytes("initrd"u8.ToArray()),
            CommandLine = "quiet",
            OsRelease = "ID=reading\n",
            UefiStub = withStubOfItsOwn ? FileContent.FromBytes(WithoutSections(own.ToArray())) : null,
        };
        Assert.Equal((6, "quiet", "ID=reading\n", withStubOfItsOwn), (options.Initrd.Length, options.CommandLine, options.OsRelease, options.UefiStub is not null));
        var image = await UnifiedKernelImage.CreateAsync(SyntheticKernel.BzImage(), options, _scratch, Cancellation);
        using var reader = new PEReader(image.OpenRead());
        Assert.Equal([".text", ".osrel", ".cmdline", ".uname", ".initrd", ".linux"], reader.PEHeaders.SectionHeaders.Select(static s => s.Name));
        Assert.Equal("ID=reading\n", Encoding.UTF8.GetString(reader.GetSectionData(".osrel").GetContent().AsSpan(0, 11)));
    }

    [Theory]
    [InlineData(UBootImageType.Kernel, UBootArchitecture.Amd64)]
    [InlineData(UBootImageType.RamDisk, UBootArchitecture.Arm64)]
    [InlineData(UBootImageType.Script, UBootArchitecture.Arm64)]
    public async Task U_Boot(UBootImageType type, UBootArchitecture architecture)
    {
        var tool = new ExternalTool("dumpimage", "u-boot-tools");
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        var options = new UBootOptions
        {
            Type = type, Architecture = architecture, IsGzip = true, LoadAddress = 0x80000, EntryPoint = 0x80040, Name = "reading", SourceDateEpoch = 86_400,
        };
        Assert.Equal((type, architecture, true, 0x80000u), (options.Type, options.Architecture, options.IsGzip, options.LoadAddress));
        Assert.Equal((0x80040u, "reading", 86_400), (options.EntryPoint, options.Name, options.SourceDateEpoch));
        var image = await UBootImage.CreateAsync(FileContent.FromBytes(Encoding.ASCII.GetBytes(Text)), options, _scratch, Cancellation);
        Assert.Equal(86_400u, BinaryPrimitives.ReadUInt32BigEndian(image.Slice(8, 4).ToArray()));
        await image.SaveAsync(_directory["image"], Cancellation);
        var listing = await tool.RunAsync(["-l", _directory["image"]], cancellationToken: Cancellation);
        Assert.Contains("Image Name:   reading", listing, StringComparison.Ordinal);
        Assert.Contains("Entry Point:  00080040", listing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_out_of_range_is_named()
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => SquashFsImage.CreateAsync(Tree(), new SquashFsOptions { BlockSize = 5 }, _scratch, Cancellation));
        Assert.Equal("SquashFsOptions.BlockSize", error.OptionName);
    }

    [Fact]
    public void The_formats_take_their_options_from_one_object()
    {
        var options = new OutputOptions
        {
            UefiStub = FileContent.Empty,
            OsRelease = "ID=reading\n",
            IsoRootDevice = "/dev/vda",
            IsoJoliet = false,
            InitrdCompression = InitrdCompression.Lz4,
            CompressionEffort = CompressionEffort.Fast,
            SquashFsCompression = SquashFsCompression.Zstd,
            ErofsCompression = ErofsCompression.Lz4,
            RaspberryPiFirmware = Tree(),
            Strict = true,
        };
        Assert.True(options.Strict);
        Assert.Equal((0, "ID=reading\n", "/dev/vda", false), (options.UefiStub.Length, options.OsRelease, options.IsoRootDevice, options.IsoJoliet));
        Assert.Equal((SquashFsCompression.Zstd, ErofsCompression.Lz4, 3), (options.SquashFsCompression, options.ErofsCompression, options.RaspberryPiFirmware.Entries.Length));
        Assert.Equal(StandardOutputFormats.All.Select(static f => f.Name), StandardOutputFormats.Create(options).Select(static f => f.Name));
        Assert.Equal((InitrdCompression.Lz4, CompressionEffort.Fast), (options.InitrdCompression, options.CompressionEffort));
        Assert.Equal(["Gzip", "Zstd", "Lz4", "None"], new[] { InitrdCompression.Gzip, InitrdCompression.Zstd, InitrdCompression.Lz4, InitrdCompression.None }.Select(static c => c.ToString()));
        var unknown = new OutputOptions { ErofsCompression = (ErofsCompression)9 };
        Assert.Equal("OutputOptions.ErofsCompression", Assert.Throws<InvalidOptionException>(() => StandardOutputFormats.Create(unknown)).OptionName);
    }

    private static FileTree FilesOnly() => Build(withLink: false);

    private static FileTree Tree() => Build(withLink: true);

    private static FileTree Build(bool withLink)
    {
        var tree = new FileTreeBuilder();
        tree.Add("docs", Inode.Directory());
        tree.Add("docs/readme.txt", Inode.File(FileContent.FromBytes(Encoding.ASCII.GetBytes(Text))));
        if (withLink)
        {
            tree.Add("link", Inode.SymbolicLink("docs/readme.txt"));
        }

        return tree.Build();
    }

    /// <summary>The stub of a unified kernel image: the image with the section count that it had before.</summary>
    private static byte[] WithoutSections(byte[] image)
    {
        using var reader = new PEReader(new MemoryStream(image));
        var first = reader.PEHeaders.SectionHeaders.First(static s => s.Name == ".osrel");
        var count = reader.PEHeaders.SectionHeaders.TakeWhile(static s => s.Name != ".osrel").Count();
        var table = reader.PEHeaders.PEHeaderStartOffset + reader.PEHeaders.CoffHeader.SizeOfOptionalHeader;
        image = image[..first.PointerToRawData];
        image.AsSpan(table + (count * 40), (reader.PEHeaders.SectionHeaders.Length - count) * 40).Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(reader.PEHeaders.PEHeaderStartOffset - 18), (ushort)count);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(reader.PEHeaders.PEHeaderStartOffset + 56), first.VirtualAddress);
        return image;
    }

    private static async Task<byte[]> FormatAsync(string name, string suffix)
    {
        var run = new ReproBuild.Testing.Formats.FormatRun { Root = Tree() };
        return (await run.WriteAsync(StandardOutputFormats.All.Single(f => f.Name == name), Cancellation))[suffix];
    }

    private async Task<string> SaveAsync(Task<FileContent> image)
    {
        await (await image).SaveAsync(_directory["image"], Cancellation);
        return _directory["image"];
    }
}

using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Shared;

/// <summary>One policy for what a format can do without: it is lost with a warning, or refused when the options are strict.</summary>
public sealed class TreeLossesTests : IDisposable
{
    private const long Time = 1492533000;
    private const string Acl = "loses its POSIX ACL system.posix_acl_access";
    private const string Fraction = "loses the fraction of its time";

    private static readonly Guid Uuid = new("01234567-89ab-8def-8123-456789abcdef");

    private static readonly string[] Writers = ["cpio", "ISO 9660", "SquashFS", "EROFS", "EROFS, LZ4", "FAT"];

    private static readonly string[] FirmwareFiles = ["bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin"];

    /// <summary>Each loss with its words, by the writers that have it.</summary>
    private static readonly Dictionary<string, (string[] Writers, string What)> Losses = new(StringComparer.Ordinal)
    {
        ["acl"] = (["cpio", "ISO 9660", "SquashFS", "FAT"], Acl),
        ["user"] = (["cpio", "ISO 9660", "FAT"], "loses its extended attribute user.note"),
        ["other"] = (["cpio", "ISO 9660", "SquashFS", "EROFS", "EROFS, LZ4", "FAT"], "loses its extended attribute system.nfs4_acl"),
        ["fraction"] = (["cpio", "ISO 9660", "SquashFS", "FAT"], Fraction),
        ["1969"] = (["cpio", "SquashFS"], "gets the time 0 instead of -2 (seconds since 1970)"),
        ["2200"] = (["cpio", "SquashFS"], "gets the time 4294967295 instead of 7258118400 (seconds since 1970)"),
        ["10000"] = (["ISO 9660"], "gets the time 253402300799 instead of 253402300800 (seconds since 1970)"),
        ["1979"] = (["FAT"], "gets the time 315532800 instead of 315532798 (seconds since 1970)"),
        ["2108"] = (["FAT"], "gets the time 4354819198 instead of 4354819200 (seconds since 1970)"),
        ["odd"] = (["FAT"], "gets the time 1492533000 instead of 1492533001 (seconds since 1970)"),
        ["owner"] = (["FAT"], "loses its owner 1000:100"),
        ["mode"] = (["FAT"], "loses its mode 4711"),
        ["link"] = (["FAT"], "becomes a file of its own instead of a hard link to '/a/first'"),
    };

    private readonly ScratchSpace _scratch = new();

    public static TheoryData<string, string> EveryWriterAndLoss
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var writer in Writers)
            {
                foreach (var loss in Losses.Keys)
                {
                    data.Add(writer, loss);
                }
            }

            return data;
        }
    }

    public static TheoryData<string, string> EveryFormat
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in StandardOutputFormats.All.Select(static format => format.Name))
            {
                data.Add(name, name switch
                {
                    "tar" or "docker" => "",
                    "kernel+erofs" => "EROFS",
                    "kernel+squashfs" => "SquashFS",
                    "iso-bios" or "iso-efi" or "kernel+iso" => "an ISO 9660 volume",
                    _ => "a cpio archive",
                });
            }

            return data;
        }
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(EveryWriterAndLoss))]
    public async Task A_loss_is_a_warning_or_an_error_and_the_rest_of_the_image_is_the_same(string writer, string loss)
    {
        var tree = With(loss);
        var message = Message(writer, loss);
        var log = new RecordingLogger();

        var image = await CreateAsync(writer, tree, strict: false, log);

        Assert.Equal(message is null ? Array.Empty<string>() : [message], log.Messages);
        if (message is null)
        {
            Assert.Equal(image, await CreateAsync(writer, tree, strict: true));
            return;
        }

        Assert.Equal(await CreateAsync(writer, Without(loss, writer), strict: true), image);
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => CreateAsync(writer, tree, strict: true, log));
        Assert.Equal($"{message}. {Remedy}", error.Message);
        Assert.Single(log.Messages);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task Every_format_has_the_policy(string name, string holder)
    {
        var log = new RecordingLogger();
        var run = Run(name) with { Root = WithAcl(name), Logger = log };

        await run.WriteAsync(Format(name, new OutputOptions { RaspberryPiFirmware = Firmware() }), TestContext.Current.CancellationToken);

        string[] losses = holder switch
        {
            "" => [],
            "EROFS" => [$"'/x' loses its extended attribute system.nfs4_acl, which {holder} cannot hold"],
            _ => [$"'/x' {Acl}, which {holder} cannot hold", $"'/x' loses its extended attribute system.nfs4_acl, which {holder} cannot hold"],
        };
        Assert.Equal(losses, log.Messages.Where(static message => message.Contains("cannot hold", StringComparison.Ordinal)));
        var strict = Format(name, new OutputOptions { RaspberryPiFirmware = Firmware(), Strict = true });
        if (losses.Length == 0)
        {
            await run.WriteAsync(strict, TestContext.Current.CancellationToken);
            return;
        }

        var created = false;
        var error = await Assert.ThrowsAsync<OutputFormatException>(
            () => (run with { OnCreate = () => created = true }).WriteAsync(strict, TestContext.Current.CancellationToken));
        Assert.Equal($"{string.Join("; ", losses)}. {Remedy}", error.Message);
        Assert.False(created);
    }

    [Fact]
    public async Task Five_files_of_each_kind_and_one_with_a_fraction_are_named_and_the_others_counted()
    {
        var log = new RecordingLogger();
        var tree = SampleTree.Of(Enumerable.Range(0, 12).Select(static i =>
            ((ByteString)$"f{i:D2}", Inode(attribute: i < 7 ? "system.posix_acl_access" : null, time: new FileTime(Time, 1)))));

        await CreateAsync("SquashFS", tree, strict: false, log);

        Assert.Equal(
            [
                .. Enumerable.Range(0, 5).Select(static i => $"'/f{i:D2}' {Acl}, which SquashFS cannot hold"),
                "2 more POSIX ACLs are lost or changed, which SquashFS cannot hold",
                $"'/f00' {Fraction}, which SquashFS cannot hold",
                "11 more fractions of times are lost or changed, which SquashFS cannot hold",
            ],
            log.Messages);
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => CreateAsync("SquashFS", tree, strict: true));
        Assert.Contains($"'/f04' {Acl}, which SquashFS cannot hold; and 14 more losses. Change", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_directory_counts_and_an_inode_counts_once()
    {
        var log = new RecordingLogger();
        var shared = Inode(attribute: "user.note");
        var builder = new FileTreeBuilder(new Inode
        {
            Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ModificationTime = new FileTime(Time),
            ExtendedAttributes = [new ExtendedAttribute("user.note", "x")],
        });
        builder.Add("a", shared);
        builder.Add("b", shared);

        await CreateAsync("cpio", builder.Build(), strict: false, log);

        const string What = "loses its extended attribute user.note, which a cpio archive cannot hold";
        Assert.Equal([$"'/' {What}", $"'/a' {What}"], log.Messages);
    }

    [Fact]
    public async Task What_the_Raspberry_Pi_s_firmware_has_besides_files_is_a_loss()
    {
        var log = new RecordingLogger();
        var firmware = Firmware(("start.link", SampleTree.SymbolicLink("start.elf")));
        var run = Run("rpi3") with { Root = WithoutLosses(), Logger = log };

        await run.WriteAsync(Format("rpi3", new OutputOptions { RaspberryPiFirmware = firmware }), TestContext.Current.CancellationToken);

        const string Message = "'/start.link' is left out, since it is a SymbolicLink, which the card's FAT partition cannot hold";
        Assert.Equal([Message], log.Messages);
        var strict = Format("rpi3", new OutputOptions { RaspberryPiFirmware = firmware, Strict = true });
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(strict, TestContext.Current.CancellationToken));
        Assert.StartsWith(Message, error.Message, StringComparison.Ordinal);
    }

    private const string Remedy = "Change the files, choose another format, or accept losses: " +
        "leave strictness off (OutputOptions.Strict or Strict of an image writer's options).";

    private static string? Message(string writer, string loss)
    {
        var holder = writer switch { "cpio" => "a cpio archive", "ISO 9660" => "an ISO 9660 volume", "EROFS, LZ4" => "EROFS", _ => writer };
        // FAT loses other things of these times: see the writers of "1979".
        var what = (writer, loss) switch
        {
            ("FAT", "1969") => "gets the time 315532800 instead of -2 (seconds since 1970)",
            ("FAT", "2200") => "gets the time 4354819198 instead of 7258118400 (seconds since 1970)",
            ("FAT", "10000") => "gets the time 4354819198 instead of 253402300800 (seconds since 1970)",
            ("cpio" or "SquashFS", "10000") => "gets the time 4294967295 instead of 253402300800 (seconds since 1970)",
            ("cpio" or "SquashFS", "2108") => "gets the time 4294967295 instead of 4354819200 (seconds since 1970)",
            _ => Losses[loss].Writers.Contains(writer) ? Losses[loss].What : null,
        };
        return what is null ? null : $"'/a/{(loss == "link" ? "second" : "first")}' {what}, which {holder} cannot hold";
    }

    private static FileTree With(string loss) => loss switch
    {
        "acl" => Tree(Inode(attribute: "system.posix_acl_access")),
        "user" => Tree(Inode(attribute: "user.note")),
        "other" => Tree(Inode(attribute: "system.nfs4_acl")),
        "fraction" => Tree(Inode(time: new FileTime(Time, 5))),
        "owner" => Tree(Inode(user: 1000, group: 100)),
        "mode" => Tree(Inode(mode: 0b100_111_001_001)),
        "link" => Linked(),
        _ => Tree(Inode(time: new FileTime(TimeOf(loss)))),
    };

    /// <summary>The tree that the writer holds whole and whose image must be the same.</summary>
    private static FileTree Without(string loss, string writer) => loss switch
    {
        "link" => Tree(Inode(), Inode()),
        "acl" or "user" or "other" or "fraction" or "owner" or "mode" => Tree(Inode()),
        _ => Tree(Inode(time: writer switch
        {
            "FAT" => new FileTime(Math.Clamp(TimeOf(loss) & ~1L, 315532800, 4354819198)),
            "cpio" or "SquashFS" => new FileTime(Math.Clamp(TimeOf(loss), 0, uint.MaxValue)),
            "ISO 9660" when loss == "10000" => new FileTime(253402300799, 990_000_000),
            _ => new FileTime(TimeOf(loss)),
        })),
    };

    private static long TimeOf(string loss) => loss switch
    {
        "1969" => -2,
        "1979" => 315532798,
        "2108" => 4354819200,
        "2200" => 7258118400,
        "10000" => 253402300800,
        _ => Time + 1,
    };

    private static FileTree Tree(params Inode[] inodes) =>
        SampleTree.Of(inodes.Select(static (inode, i) => ((ByteString)(i == 0 ? "a/first" : "a/second"), inode)));

    private static FileTree Linked()
    {
        var inode = Inode();
        return Tree(inode, inode);
    }

    private static Inode Inode(string? attribute = null, FileTime? time = null, uint user = 0, uint group = 0, int mode = 0b110_100_100) => new()
    {
        Type = FileType.RegularFile,
        Mode = (UnixFileMode)mode,
        UserId = user,
        GroupId = group,
        ModificationTime = time ?? new FileTime(Time),
        Content = FileContent.FromBytes("content"u8.ToArray()),
        ExtendedAttributes = attribute is null ? [] : [new ExtendedAttribute(attribute, "x")],
    };

    private async Task<byte[]> CreateAsync(string writer, FileTree tree, bool strict, ILogger? logger = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var compression = writer == "EROFS" ? ErofsCompression.None : ErofsCompression.Lz4;
        var image = await (writer switch
        {
            "cpio" => CpioImage.CreateAsync(tree, new CpioOptions { Strict = strict, Logger = logger }, cancellationToken: cancellation),
            "ISO 9660" => Iso9660Image.CreateAsync(
                tree, new Iso9660Options { Strict = strict, Logger = logger }, cancellationToken: cancellation),
            "SquashFS" => SquashFsImage.CreateAsync(tree, new SquashFsOptions { Strict = strict, Logger = logger }, _scratch, cancellation),
            "FAT" => FatImage.CreateAsync(
                tree, new FatOptions { SerialNumber = 1, Strict = strict, Logger = logger }, cancellationToken: cancellation),
            _ => ErofsImage.CreateAsync(
                tree,
                new ErofsOptions { Uuid = Uuid, Compression = compression, Strict = strict, Logger = logger },
                _scratch, cancellation),
        });
        return image.ToArray();
    }

    private static FileTree WithAcl(string format)
    {
        var builder = new FileTreeBuilder(SampleTree.Directory());
        builder.Add("x", new Inode
        {
            Type = FileType.RegularFile,
            Mode = (UnixFileMode)0b110_100_100,
            ModificationTime = new FileTime(Time),
            ExtendedAttributes = [new("system.nfs4_acl", "n"), new("system.posix_acl_access", "a"), .. UserAttribute(format)],
        });
        builder.AddTree("", WithoutLosses());
        return builder.Build();
    }

    private static FileTree WithoutLosses() => SampleTree.Of(("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", SampleTree.File("tree"u8.ToArray())));

    /// <summary>What both file systems hold.</summary>
    private static ExtendedAttribute[] UserAttribute(string format) =>
        format is "kernel+erofs" or "kernel+squashfs" or "tar" or "docker" ? [new ExtendedAttribute("user.note", "u")] : [];

    private static FileTree Firmware(params (ByteString, Inode)[] more) =>
        SampleTree.Of([.. FirmwareFiles.Select(static name => ((ByteString)name, SampleTree.File("firmware"u8.ToArray()))), .. more]);

    private static IOutputFormat Format(string name, OutputOptions options) =>
        StandardOutputFormats.Create(options).Single(format => format.Name == name);

    private static FormatRun Run(string format) => new()
    {
        Root = WithoutLosses(),
        Architecture = format == "rpi3" ? "arm64" : "amd64",
        Kernel = new KernelFiles(format == "rpi3" ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage(), "console=ttyS0", null),
    };
}

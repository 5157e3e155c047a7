using System.Security.Cryptography;

namespace ReproBuild.Builds;

/// <summary>Whole builds, against LinuxKit and against the programs that write one format.</summary>
internal sealed class BuildRows(Workbench bench)
{
    /// <summary>One format for each file name, of those for a PC.</summary>
    private const string AllFormats = "tar,docker,kernel+initrd,tar-kernel-initrd,iso-bios,iso-efi,iso-efi-initrd,kernel+squashfs,kernel+erofs,"
        + "raw-bios,raw-efi,qcow2-bios,qcow2-efi,vhd,vhd-efi,vmdk,vmdk-efi,gcp,gcp-efi";

    private const string OneFile = "files:\n  - path: etc/motd\n    contents: hello\n";

    /// <summary>The cache with images and nothing else, and the same after a build of the initrd in one compression.</summary>
    private HashSet<string> _images = [];
    private HashSet<string> _formerBuild = [];

    public IEnumerable<Row> All =>
    [
        Cold(),
        Warm("warm `tar`", "tar") with { LinuxKit = new(39.9, 497), Before = new(2.9, 134), Aim = 1.3 },
        Warm("warm `kernel+initrd`, gzip", "kernel+initrd") with { LinuxKit = new(51.4, 1241), Before = new(19.7, 143), Aim = 6.4 },
        Warm("warm `kernel+initrd`, zstd", "kernel+initrd", "--initrd-compression", "zstd") with { LinuxKit = new(51.4, 1241), Aim = 4.3 },
        Warm("warm `kernel+initrd`, LZ4", "kernel+initrd", "--initrd-compression", "lz4"),
        Warm("warm `kernel+initrd`, not compressed", "kernel+initrd", "--initrd-compression", "none"),
        Warm("warm `kernel+initrd`, gzip, deduplicated", "kernel+initrd", "--deduplicate"),
        Changed("gzip", "kernel+initrd") with { LinuxKit = new(51), Before = new(20), Aim = 1.3 },
        Changed("zstd", "kernel+initrd", "--initrd-compression", "zstd") with { LinuxKit = new(51), Aim = 1.3 },
        Changed("gzip", "kernel+squashfs"),
        Image(
            "`kernel+squashfs`, gzip", "kernel+squashfs", "mksquashfs",
            ["mksquashfs", bench.Tree, Peer, "-comp", "gzip", "-noappend", "-no-progress", "-quiet"])
            with { Before = new(8.6, 175), Aim = 8.8 },
        Image("`kernel+erofs`", "kernel+erofs", "mkfs.erofs", ["mkfs.erofs", Peer, bench.Tree]) with { Before = new(3.7), Aim = 1.75 },
        Image("`kernel+erofs`, LZ4", "kernel+erofs", "mkfs.erofs -zlz4", ["mkfs.erofs", "-zlz4", Peer, bench.Tree], "--erofs-compression", "lz4"),
        Image("`kernel+iso`", "kernel+iso", "xorriso", ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-o", Peer, bench.Tree])
            with { Before = new(3.2), Aim = 1.85 },
        Warm("19 formats in one run", AllFormats) with { Before = new(72, 316), Aim = 36 },
        Start("build of one file, native program", bench.Build(OneFileConfiguration, "tar")) with { Before = new(0.11), Aim = 0.08 },
        Start("build of one file, with .NET's runtime", ["dotnet", bench.Managed, .. bench.Build(OneFileConfiguration, "tar")[1..]])
            with { Before = new(0.41), Aim = 0.25 },
    ];

    private string Peer => bench.PathOf("peer.img");

    private string OneFileConfiguration => bench.PathOf("one-file.yml");

    /// <summary>Fills the cache with the images, by the build whose tar is also the tree for the other programs.</summary>
    public void Prepare()
    {
        bench.EmptyCache();
        bench.EmptyOutput();
        File.WriteAllText(OneFileConfiguration, OneFile);
        Run(bench.Build(bench.Machine, "tar"));
        _images = bench.CacheState();
        File.Move(Path.Combine(bench.Output, "machine.tar"), bench.PathOf("root.tar"), overwrite: true);
        bench.UnpackTree();
    }

    private static void Run(string[] command) => Tool.Run(command[0], command[1..]);

    /// <summary>Everything from the registry. It leaves a cache that later rows can begin with.</summary>
    private Row Cold() => new("cold `tar`, registry on loopback", [
        new Contender("ReproBuild", bench.Build(bench.Machine, "tar"), bench.LargestArtifact, () =>
        {
            bench.EmptyOutput();
            bench.EmptyCache();
        }),
        .. LinuxKit.Build(bench, bench.Machine, "tar", isCold: true),
    ])
    {
        LinuxKit = new(26.0, 472),
        Before = new(5.8, 147),
        Aim = 2.6,
        Check = () =>
        {
            _images = bench.CacheState();
            return "";
        },
    };

    /// <summary>The images are in the cache, and nothing that was compressed before.</summary>
    private Row Warm(string work, string formats, params string[] options) => new(work, [
        new Contender("ReproBuild", bench.Build(bench.Machine, formats, options), formats == AllFormats ? bench.AllArtifacts : bench.LargestArtifact, () =>
        {
            bench.EmptyOutput();
            bench.ReturnCacheTo(_images);
        }),
        .. options.Length == 0 && formats is "tar" or "kernel+initrd" ? LinuxKit.Build(bench, bench.Machine, formats) : [],
    ]);

    /// <summary>The cache is that of a build before one service got another image.</summary>
    private Row Changed(string compression, string format, params string[] options) => new(
        $"rebuild of `{format}`, {compression}, after one service's image changed", [
        new Contender("ReproBuild", bench.Build(bench.ChangedMachine, format, options), bench.LargestArtifact, () =>
        {
            bench.EmptyOutput();
            bench.ReturnCacheTo(_formerBuild);
        }),
        .. options.Length == 0 && format == "kernel+initrd" ? LinuxKit.Build(bench, bench.ChangedMachine, format) : [],
    ])
    {
        Prepare = () =>
        {
            bench.EmptyOutput();
            bench.ReturnCacheTo(_images);
            Run(bench.Build(bench.Machine, format, options));
            _formerBuild = bench.CacheState();
        },
        Check = () => CompareWithCleanBuild(format, options),
    };

    private string CompareWithCleanBuild(string format, string[] options)
    {
        var rebuilt = Digests();
        bench.EmptyOutput();
        var clean = bench.Build(bench.ChangedMachine, format, options);
        clean[Array.IndexOf(clean, bench.Cache)] = bench.PathOf("clean-cache");
        Run(clean);
        Directory.Delete(bench.PathOf("clean-cache"), recursive: true);
        return Digests().SequenceEqual(rebuilt)
            ? "the same bytes as a clean build"
            : throw new InvalidOperationException("A rebuild and a clean build of the same configuration differ.");
    }

    private List<string> Digests()
    {
        var digests = new List<string>();
        foreach (var file in Directory.GetFiles(bench.Output).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            digests.Add($"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(stream))}");
        }

        return digests;
    }

    /// <summary>A whole build against a program that only makes an image of a directory.</summary>
    private Row Image(string work, string format, string program, string[] command, params string[] options)
    {
        var row = Warm(work, format, options);
        return row with { Contenders = [row.Contenders[0], new Contender(program, command, () => new FileInfo(Peer).Length, () => File.Delete(Peer))] };
    }

    private Row Start(string work, string[] command) => new(work, [new Contender("ReproBuild", command, bench.LargestArtifact, bench.EmptyOutput)]);
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Shared;

/// <summary>Each format's progress begins at 0, ends at its total and goes on while the format reads, whoever reads for it.</summary>
public sealed class FormatProgressTests
{
    private const string ForArm64Alone = "rpi3";
    private const string Configuration = "kernel: {image: kernel, tar: none, cmdline: console=ttyS0}\ninit: [init]\n";
    private const int ContentSize = 12 << 20;

    private static readonly ImmutableArray<IOutputFormat> Formats = StandardOutputFormats.Create(new OutputOptions { RaspberryPiFirmware = Firmware() });

    public static TheoryData<string> Names => [.. Formats.Select(static format => format.Name)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_progress_of_a_format_alone_is_true(string name)
    {
        var (reports, size) = await BuildAsync([name]);
        AssertTrue(reports, name, size);
    }

    [Fact]
    public async Task The_progress_of_every_format_of_one_build_is_true()
    {
        string[] names = [.. Formats.Select(static format => format.Name).Where(static name => name != ForArm64Alone)];
        var (reports, size) = await BuildAsync(names);
        Assert.All(names, name => AssertTrue(reports, name, size));
    }

    [Fact]
    public async Task Every_format_that_waits_for_an_initrd_reports_while_it_is_made()
    {
        string[] names = ["kernel+initrd", "tar-kernel-initrd", "raw-bios"];
        var reports = new Reports();
        var (threeBegan, atFirstByte) = (false, Array.Empty<string>());

        // The content goes on when all three formats have begun; from then on slowly, until they have reported, or it ends.
        void BeforeRead()
        {
            threeBegan = threeBegan || SpinWait.SpinUntil(() => names.All(name => reports.Of(name).Any()), TimeSpan.FromMinutes(1));
            if (!names.All(Reports))
            {
                Thread.Sleep(20);
            }
        }

        bool Reports(string name) => reports.Of(name).Any(static report => report.Completed > 0 && !report.IsFinished);
        var sink = new WatchedSink(_ => Interlocked.CompareExchange(ref atFirstByte, [.. names.Where(Reports)], []));
        await BuildAsync(names, reports, sink, BeforeRead);
        Assert.True(threeBegan);
        Assert.Equal(names, atFirstByte);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_format_reads_the_root_as_often_as_it_says(string name)
    {
        var sum = new Sum();
        ContentReads.Counter = sum;
        var format = Formats.Single(f => f.Name == name);
        var isArm64 = name == ForArm64Alone;
        var kernel = (isArm64 ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage()).Counted();
        var root = SampleTree.Of(
            ("big", SampleTree.File(FileContent.FromBytes(Bytes()).Counted())), ("boot/kernel", SampleTree.File(kernel)),
            ("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", SampleTree.File("tree"u8.ToArray())));
        await new FormatRun
        {
            Root = root, Kernel = new KernelFiles(kernel, "", Microcode: null), Architecture = isArm64 ? "arm64" : "amd64",
        }.WriteAsync(format, Cancellation);

        var reads = (double)sum.Value / (ContentSize + kernel.Length);
        Assert.True(reads >= format.RootReads - 0.05, $"{name} read the root {reads} times.");
    }

    private static void AssertTrue(Reports reports, string name, long size)
    {
        var own = reports.Of(name).ToList();
        var total = size * Formats.Single(format => format.Name == name).RootReads;
        Assert.Equal(new BuildProgress(BuildPhase.Write, name, 0, total, IsFinished: false), own[0]);
        Assert.Equal(new BuildProgress(BuildPhase.Write, name, total, total, IsFinished: true), own[^1]);
        Assert.Single(own, static report => report.IsFinished);
        Assert.Equal(own.Select(static report => report.Completed).Order(), own.Select(static report => report.Completed));
        Assert.All(own, report => Assert.True(report.Total == total && report.Completed <= total));
    }

    private static async Task<(Reports Reports, long Size)> BuildAsync(string[] names)
    {
        var reports = new Reports();
        return (reports, await BuildAsync(names, reports, new InMemorySink(), beforeRead: null));
    }

    /// <returns>How many bytes the files of the root have.</returns>
    private static async Task<long> BuildAsync(string[] names, Reports reports, IArtifactSink sink, Action? beforeRead)
    {
        var isArm64 = names.Contains(ForArm64Alone);
        var kernel = isArm64 ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage();
        var bytes = new byte[kernel.Length];
        kernel.Read(0, bytes);
        var images = new GatedSource(
            beforeRead,
            new InMemoryImage("docker.io/library/kernel:latest", new InMemoryLayer().File("kernel", bytes)),
            new InMemoryImage("docker.io/library/init:latest", new InMemoryLayer().File("big", Bytes()).HardLink("same", "big")
                .Directory("boot").Directory("boot/dtb").Directory("boot/dtb/broadcom").File("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", "tree")));
        var measure = new MeasuringFormat();
        await new ImageBuilder(images, [.. Formats, measure]).BuildAsync(
            LinuxKitConfig.Parse(Configuration, "test.yml"),
            new BuildOptions
            {
                Formats = [.. names, measure.Name],
                FormatNames = names.ToImmutableSortedDictionary(static name => name, static name => name, StringComparer.Ordinal),
                Architecture = isArm64 ? "arm64" : "amd64",
                Sbom = false,
                MaxParallelism = 4,
            },
            sink,
            reports,
            Cancellation);
        return measure.Size;
    }

    private static byte[] Bytes()
    {
        var bytes = new byte[ContentSize];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static FileTree Firmware() => SampleTree.Of(
        ((string[])["bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin"]).Select(static name => ((ByteString)name, SampleTree.File("stand-in"u8.ToArray()))));

    private sealed class Reports : IProgress<BuildProgress>
    {
        private readonly ConcurrentQueue<BuildProgress> _items = [];

        /// <summary>Those of the writing of a format.</summary>
        public IEnumerable<BuildProgress> Of(string format) => _items.Where(report => report.Phase == BuildPhase.Write && report.Item == format);

        public void Report(BuildProgress value) => _items.Enqueue(value);
    }

    private sealed class Sum : IProgress<long>
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Report(long value) => Interlocked.Add(ref _value, value);
    }

    /// <summary>Measures the files of the root and reads none of them.</summary>
    private sealed class MeasuringFormat : IOutputFormat
    {
        public string Name => "measure";

        public ImmutableArray<string> ArtifactSuffixes { get; } = ["-size"];

        public long Size { get; private set; }

        public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
        {
            Size = context.Root.Entries.Select(static entry => entry.Inode).Distinct().Sum(static inode => inode.Content.Length);
            await using var artifact = await context.CreateArtifactAsync("-size", cancellationToken);
        }
    }

    private sealed class GatedSource(Action? beforeRead, params InMemoryImage[] images) : IImageSource
    {
        private readonly InMemoryImageSource _inner = new(images);

        public async Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
            new Image(await _inner.GetImageAsync(reference, platform, cancellationToken), beforeRead);

        public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
            _inner.GetArtifactAsync(reference, platforms, cancellationToken);

        private sealed class Image(IImage inner, Action? beforeRead) : IImage
        {
            public ImageReference Reference => inner.Reference;

            public Digest Digest => inner.Digest;

            public Digest ManifestDigest => inner.ManifestDigest;

            public ImageConfiguration Configuration => inner.Configuration;

            public int LayerCount => inner.LayerCount;

            public long CompressedSize => inner.CompressedSize;

            public async Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
            {
                var layer = await inner.GetLayerAsync(index, progress, cancellationToken);
                return layer with { Archive = new GatedBlob(layer.Archive, beforeRead) };
            }

            public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) =>
                inner.GetSpdxDocumentsAsync(cancellationToken);
        }
    }

    private sealed class GatedBlob(Blob inner, Action? beforeRead) : Blob
    {
        public override long Length => inner.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            // Not the few bytes of a header, which are looked at before anything is written.
            if (buffer.Length > 64 << 10)
            {
                beforeRead?.Invoke();
            }

            return inner.Read(offset, buffer);
        }
    }

    /// <summary>Tells before an artifact's stream is opened.</summary>
    private sealed class WatchedSink(Action<string> onCreate) : IArtifactSink
    {
        private readonly InMemorySink _inner = new();

        public async ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken) =>
            new Transaction(await _inner.BeginAsync(cancellationToken), onCreate);

        private sealed class Transaction(IArtifactTransaction inner, Action<string> onCreate) : IArtifactTransaction
        {
            public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken)
            {
                if (!name.EndsWith("-size", StringComparison.Ordinal))
                {
                    onCreate(name);
                }

                return inner.CreateAsync(name, cancellationToken);
            }

            public ValueTask CommitAsync(CancellationToken cancellationToken) => inner.CommitAsync(cancellationToken);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}

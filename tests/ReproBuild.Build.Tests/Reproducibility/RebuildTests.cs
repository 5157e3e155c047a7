using System.Security.Cryptography;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>
/// A build that finds compressed pieces of earlier builds gives the bytes of a clean one, whatever changed in between; and it compresses only that.
/// <c>REPROBUILD_RANDOM_CASES</c> makes it a long run.
/// </summary>
public sealed class RebuildTests : IDisposable
{
    private const int Services = 6;

    private readonly TemporaryDirectory _directory = new("rebuild");

    public static TheoryData<InitrdCompression> Compressions => [InitrdCompression.Gzip, InitrdCompression.Zstd, InitrdCompression.Lz4];

    private string Pieces => Path.Combine(_directory.FullName, "cache", "reprobuild", "pieces");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Random_edits_give_the_bytes_of_a_clean_build(InitrdCompression compression)
    {
        var isOver = LongRun.Part(Compressions.Count);
        for (int edit = 0, edits = LongRun.Count("REPROBUILD_RANDOM_CASES", 6); edit < edits && !isOver(); edit++)
        {
            // Each service stays as it is for some edits, and all have files that others have too.
            var services = Enumerable.Range(0, Services).Select(service => Service(service, (edit + service) / 4)).ToArray();
            var rebuilt = await BuildAsync(compression, "cache", services);
            var clean = await BuildAsync(compression, $"clean{edit}", services);
            Assert.Equal(clean, rebuilt);
            Directory.Delete(Path.Combine(_directory.FullName, $"clean{edit}"), recursive: true);
        }
    }

    [Fact]
    public async Task A_change_of_one_container_makes_few_pieces()
    {
        var before = await BuildAsync(InitrdCompression.Gzip, "cache", Large(0));
        var all = Files().Count;

        var after = await BuildAsync(InitrdCompression.Gzip, "cache", Large(1));

        Assert.NotEqual(before, after);
        Assert.True(all > 30, $"There are only {all} pieces.");
        Assert.InRange(Files().Count - all, 1, 4);

        // The old ones are there for the way back.
        Assert.Equal(before, await BuildAsync(InitrdCompression.Gzip, "cache", Large(0)));

        static string[][] Large(int version) =>
            [.. Enumerable.Range(0, Services).Select(service => Enumerable.Range(0, 400).Select(i => $"{i % 7}/{i}={Noise(service, i == 77 && service == 3 ? version : 0, 20_000 + i)}").ToArray())];
    }

    [Fact]
    public async Task Whatever_happens_to_the_pieces_the_bytes_are_the_same()
    {
        string[][] services = [.. Enumerable.Range(0, Services).Select(static service => Service(service, 0))];
        var expected = await BuildAsync(InitrdCompression.Gzip, "cache", services);
        var number = 0;
        foreach (var file in Files())
        {
            var content = await File.ReadAllBytesAsync(file, Cancel);
            switch (number++ % 4)
            {
                case 0:
                    content[(number * 7919) % content.Length] ^= 0x10;
                    await File.WriteAllBytesAsync(file, content, Cancel);
                    break;
                case 1:
                    await File.WriteAllBytesAsync(file, content[..(content.Length / 2)], Cancel);
                    break;
                case 2:
                    File.Copy(Files()[0], file, overwrite: true);
                    break;
                default:
                    File.Delete(file);
                    break;
            }
        }

        Assert.True(number > 4, $"There are only {number} pieces.");
        Assert.Equal(expected, await BuildAsync(InitrdCompression.Gzip, "cache", services));
        Directory.Delete(Pieces, recursive: true);
        Assert.Equal(expected, await BuildAsync(InitrdCompression.Gzip, "cache", services));
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(Pieces, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Some files, one of which is large and all services have it, each as NAME=BYTES in hexadecimal.</summary>
    private static string[] Service(int service, int version) =>
    [
        .. Enumerable.Range(0, 20).Select(i => $"bin/{i}={Noise(service, i % 5 == 0 ? version : 0, (i * 997) + service)}"),
        $"lib/large={Noise(99, 0, 2_500_000)}",
        $"lib/own={Noise(service, version, 200_000 + (version * 100_000))}",
    ];

    private static string Noise(int service, int version, int length)
    {
        var bytes = new byte[length];
        new Random((service * 1000) + version).NextBytes(bytes.AsSpan(0, length / 2));
        return Convert.ToHexString(bytes);
    }

    private async Task<string> BuildAsync(InitrdCompression compression, string cache, string[][] services)
    {
        var kernel = SyntheticKernel.BzImage();
        var image = new byte[kernel.Length];
        kernel.Read(0, image);
        var images = services.Select(static (files, number) => new InMemoryImage($"test/service{number}:1", files.Aggregate(
            new InMemoryLayer(),
            static (layer, file) => layer.File(file[..file.IndexOf('=', StringComparison.Ordinal)], Convert.FromHexString(file[(file.IndexOf('=', StringComparison.Ordinal) + 1)..]))))
        {
            Configuration = new() { Platform = Platform.Linux("amd64"), Command = ["/bin/0"] },
        });
        using var stored = new RegistryImageSource(new RegistryOptions
        {
            CacheDirectory = Path.Combine(_directory.FullName, cache), Offline = true, UseDockerCredentials = false,
        });
        using var source = new CompositeImageSource(
            new InMemoryImageSource([new InMemoryImage("test/kernel:1", new InMemoryLayer().File("kernel", image)), .. images]), stored);
        var config = LinuxKitConfig.Parse($"""
            kernel:
              image: test/kernel:1
              tar: none
            services:
            {string.Join('\n', services.Select(static (_, number) => $"  - name: service{number}\n    image: test/service{number}:1"))}
            """, "machine.yml");
        var sink = new InMemorySink();
        var formats = StandardOutputFormats.Create(new OutputOptions { InitrdCompression = compression });
        var options = new BuildOptions { Name = "machine", Formats = ["kernel+initrd"], Sbom = false };
        await new ImageBuilder(source, formats).BuildAsync(config, options, sink, progress: null, Cancel);
        return Convert.ToHexStringLower(SHA256.HashData(sink.Artifacts["machine-initrd.img"]));
    }
}

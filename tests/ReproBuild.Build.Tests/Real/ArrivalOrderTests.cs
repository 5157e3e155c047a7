using System.Collections.Immutable;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>The order and the pieces in which downloads arrive do not show in an output.</summary>
[Trait("Speed", "Slow")]
public sealed class ArrivalOrderTests : IDisposable
{
    private const string Configuration = """
        kernel:
          image: registry.test/kernel:1
          cmdline: "console=ttyS0"
        init:
          - registry.test/init:1
          - registry.test/runc:1
        onboot:
          - name: first
            image: registry.test/busybox:1
        """;

    private readonly TemporaryDirectory _directory = new("arrival");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Downloads_in_any_order_and_in_any_pieces_give_the_same_bytes()
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        await using var server = await DockerRegistryServer.StartAsync(cancellationToken: Cancellation);
        foreach (var (tag, name) in new[]
        {
            (TestImages.SmallKernel, "kernel"), (TestImages.Init, "init"), (TestImages.Runc, "runc"), (TestImages.Busybox, "busybox"),
        })
        {
            await server.PushAsync(TestImages.Layout, tag, $"{name}:1", Cancellation);
        }

        var expected = await BuildAsync(server.Address, "straight", parallelism: 1);
        for (var seed = 1; seed <= 4; seed++)
        {
            await using var proxy = new DelayingProxy(server.Address, seed);
            Assert.Equal(expected, await BuildAsync(proxy.Address, $"shuffled-{seed}", parallelism: 8));
        }
    }

    private async Task<ImmutableArray<BuildArtifact>> BuildAsync(Uri address, string name, int parallelism)
    {
        using var images = new RegistryImageSource(new RegistryOptions
        {
            CacheDirectory = _directory[$"cache-{name}"],
            Mirrors = [new RegistryMirror("registry.test", address)],
            MaxConcurrentDownloads = parallelism,
        });
        var options = new BuildOptions { Formats = ["tar", "kernel+initrd"], MaxParallelism = parallelism };
        var result = await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(
            LinuxKitConfig.Parse(Configuration, "machine.yml"), options, new DirectorySink(_directory[name]), null, Cancellation);
        return result.Artifacts;
    }
}

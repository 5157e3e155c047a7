using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.BadInput;

/// <summary>Full disks, read-only directories and a bad configuration: each error names the place and the remedy, and nothing is harmed.</summary>
[Trait("Speed", "Slow")]
public sealed class BadHostTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>
{
    private const long Plenty = 64 << 20;

    [Fact]
    public async Task A_configuration_that_is_not_right()
    {
        using var scene = new BuildScene();
        await scene.FailAsync<ConfigurationException>("init:\n  - image\nkernal:\n  image: some\n", "machine.yml:3:1", "kernal");
    }

    [Fact]
    public async Task A_full_disk_under_the_cache()
    {
        var configuration = await ConfigureAsync();
        await using var disk = await TemporaryFileSystem.MountAsync(512 << 10);
        using var scene = new BuildScene { Cache = Path.Combine(disk.Directory, "cache") };
        await scene.FailAsync<ReproBuildException>(configuration, scene.Cache, "full");
    }

    [Fact]
    public async Task A_full_disk_under_the_artifacts()
    {
        var configuration = await ConfigureAsync();
        await using var disk = await TemporaryFileSystem.MountAsync(512 << 10);
        using var template = new BuildScene();
        using var scene = new BuildScene { Output = MoveTo(disk, template) };
        await scene.FailAsync<ReproBuildException>(configuration, scene.Output, "full");
    }

    [Fact]
    public async Task A_read_only_cache()
    {
        var configuration = await ConfigureAsync();
        await using var disk = await TemporaryFileSystem.MountAsync(Plenty);
        await disk.MakeReadOnlyAsync();
        using var scene = new BuildScene { Cache = Path.Combine(disk.Directory, "cache") };
        await scene.FailAsync<ReproBuildException>(configuration, scene.Cache, "choose another");
    }

    [Fact]
    public async Task A_read_only_directory_for_the_artifacts()
    {
        var configuration = await ConfigureAsync();
        await using var disk = await TemporaryFileSystem.MountAsync(Plenty);
        using var template = new BuildScene();
        using var scene = new BuildScene { Output = MoveTo(disk, template) };
        await disk.MakeReadOnlyAsync();
        await scene.FailAsync<ReproBuildException>(configuration, scene.Output, "choose another");
    }

    private static string MoveTo(TemporaryFileSystem disk, BuildScene template)
    {
        var output = Path.Combine(disk.Directory, "out");
        Directory.CreateDirectory(output);
        File.Copy(Path.Combine(template.Output, "machine.tar"), Path.Combine(output, "machine.tar"));
        return output;
    }

    private async Task<string> ConfigureAsync()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        return $"init:\n  - {await registry.GetAsync(TestImages.Busybox, TestContext.Current.CancellationToken)}\n";
    }
}

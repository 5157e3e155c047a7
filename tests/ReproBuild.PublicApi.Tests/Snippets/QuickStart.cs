namespace ReproBuild.PublicApi.Tests.Snippets;

/// <summary>The programs of the READMEs.</summary>
internal static class QuickStart
{
    public static async Task BuildAsync(CancellationToken cancellationToken)
    {
        // begin build
        var config = await LinuxKitConfig.LoadAsync(["linuxkit.yml"], cancellationToken: cancellationToken);
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = "cache" });
        var builder = new ImageBuilder(images, StandardOutputFormats.All);
        BuildResult result = await builder.BuildAsync(
            config,
            new BuildOptions { Name = "machine", Formats = ["kernel+initrd", "tar"] },
            new DirectorySink("out"),
            progress: null,
            cancellationToken);
        foreach (var artifact in result.Artifacts)
        {
            Console.WriteLine($"{artifact.Digest}  {artifact.Name}");
        }
        // end
    }
}

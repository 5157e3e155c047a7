using System.Collections.Immutable;
using ReproBuild;

namespace QuickStart;

/// <summary>Builds the configuration into every format, through the registry client.</summary>
internal sealed class DemoBuild(LinuxKitConfig config, Uri registry)
{
    /// <summary>The name that the configuration gives to the registry, wherever it listens: its port must not show in an output.</summary>
    private const string RegistryName = "registry.example";

    /// <summary>A directory a format, because some formats share a file name.</summary>
    public async Task<ImmutableArray<BuildArtifact>> RunAsync(string directory, string cache, int parallelism)
    {
        using var images = new RegistryImageSource(new RegistryOptions
        {
            CacheDirectory = cache,
            Mirrors = [new RegistryMirror(RegistryName, registry)],
            UseDockerCredentials = false,
        });
        var firmware = await images.GetFileTreeAsync(ImageReference.Parse($"{RegistryName}/quickstart/rpi-firmware:1"), Platform.Linux("arm64"));
        var formats = StandardOutputFormats.Create(new OutputOptions { RaspberryPiFirmware = firmware });
        var builder = new ImageBuilder(images, formats);
        var artifacts = ImmutableArray.CreateBuilder<BuildArtifact>();
        foreach (var format in formats)
        {
            // A Raspberry Pi is the one machine here that is not a PC.
            var isBoard = format.Name == "rpi3";
            var machine = isBoard ? config with { Kernel = config.Kernel! with { Image = ImageReference.Parse($"{RegistryName}/quickstart/kernel:arm64") } } : config;
            var options = new BuildOptions
            {
                Name = "demo", Formats = [format.Name], MaxParallelism = parallelism, Architecture = isBoard ? "arm64" : "amd64",
            };
            var result = await builder.BuildAsync(machine, options, new DirectorySink(Path.Combine(directory, format.Name)));
            artifacts.AddRange(result.Artifacts);
        }

        return artifacts.ToImmutable();
    }
}

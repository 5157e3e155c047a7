using System.Collections.Immutable;
using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Registry;

namespace QuickStart;

/// <summary>Builds the configuration into every format, through the registry client.</summary>
internal sealed class DemoBuild(LinuxKitConfig config, Uri registry, ImmutableArray<IOutputFormat> formats)
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
        var builder = new ImageBuilder(images, formats);
        var artifacts = ImmutableArray.CreateBuilder<BuildArtifact>();
        foreach (var format in formats)
        {
            var options = new BuildOptions { Name = "demo", Formats = [format.Name], MaxParallelism = parallelism };
            var result = await builder.BuildAsync(config, options, new DirectorySink(Path.Combine(directory, format.Name)));
            artifacts.AddRange(result.Artifacts);
        }

        return artifacts.ToImmutable();
    }
}

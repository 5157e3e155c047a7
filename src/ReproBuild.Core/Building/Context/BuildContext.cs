using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;

namespace ReproBuild.Core.Building.Context;

/// <summary>Everything that one build knows, and owns until it ends.</summary>
internal sealed class BuildContext : IDisposable
{
    public BuildContext(IImageSource source, LinuxKitConfig config, BuildOptions options, IProgress<BuildProgress>? progress, ILogger logger)
    {
        (Config, Options, Progress, Logger) = (config, options, progress, logger);
        Images = new BuildImages(source, ImageUse.Of(config), options, progress);
        Pieces = (source as IPieceStoreOwner)?.Pieces;
        Scratch = new ScratchSpace(options.ScratchDirectory);
    }

    public LinuxKitConfig Config { get; }

    public BuildOptions Options { get; }

    public BuildImages Images { get; }

    public ScratchSpace Scratch { get; }

    /// <summary>Where compressed pieces are kept for later builds, or null.</summary>
    public IPieceStore? Pieces { get; }

    /// <summary>The sources of <c>files</c>.</summary>
    public HostFiles HostFiles { get; } = new();

    public IProgress<BuildProgress>? Progress { get; }

    public ILogger Logger { get; }

    public void Dispose()
    {
        HostFiles.Dispose();
        Scratch.Dispose();
    }
}

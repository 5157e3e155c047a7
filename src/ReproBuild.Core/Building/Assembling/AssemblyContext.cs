using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>What every stage of the assembly works with.</summary>
internal sealed record AssemblyContext
{
    public required LinuxKitConfig Config { get; init; }

    public required BuildOptions Options { get; init; }

    public required ImageFileTrees Images { get; init; }

    /// <summary>The root file system so far.</summary>
    public required RootAssembly Root { get; init; }

    /// <summary>Files of the host that stay open until the build ends.</summary>
    public required BuildResources Resources { get; init; }

    public required ScratchSpace Scratch { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The images unpacked so far, in order.</summary>
    public List<UnpackedImage> Unpacked { get; } = [];

    public BuildInodes Inodes => Root.Inodes;
}

/// <summary>An image that a stage has unpacked.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Directory">Where its files are, without slashes at the ends; empty for the root.</param>
internal sealed record UnpackedImage(ImageReference Reference, string Directory);

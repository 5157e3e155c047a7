using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild;

/// <summary>A LinuxKit configuration: what a YAML file says, or several merged.</summary>
public sealed partial record LinuxKitConfig
{
    /// <summary>The kernel, or null.</summary>
    public KernelConfig? Kernel { get; init; }

    /// <summary>The images unpacked at the root, in order.</summary>
    public ImmutableArray<InitConfig> Init { get; init; } = [];

    /// <summary>The containers that run once at boot, in order.</summary>
    public ImmutableArray<ContainerConfig> OnBoot { get; init; } = [];

    /// <summary>The containers that run once at shutdown, in order.</summary>
    public ImmutableArray<ContainerConfig> OnShutdown { get; init; } = [];

    /// <summary>The containers that run as services.</summary>
    public ImmutableArray<ContainerConfig> Services { get; init; } = [];

    /// <summary>The files added last, in order.</summary>
    public ImmutableArray<FileConfig> Files { get; init; } = [];

    /// <summary>The volumes that containers share.</summary>
    public ImmutableArray<VolumeConfig> Volumes { get; init; } = [];
}

/// <summary>One image of <c>init</c>.</summary>
/// <param name="Image">The image reference, as written.</param>
/// <param name="Source">Where it was written.</param>
public sealed record InitConfig(string Image, SourceLocation? Source = null);

using ReproBuild.Core.Configuration;
using ReproBuild.Core.Images;

namespace ReproBuild.Core.Runtime;

/// <summary>What the files of a container depend on.</summary>
/// <param name="Container">The container's entry in the configuration.</param>
/// <param name="Image">Its image's own configuration, which gives command, environment and working directory when nothing else does.</param>
/// <param name="Label">The settings in the image's label, or null.</param>
/// <param name="Directory">The container's directory, as an absolute path in the built system.</param>
/// <param name="ImageDirectory">The directory that holds the unpacked image, which may be an earlier container's; absolute.</param>
/// <param name="Ids">The id that each container's name stands for.</param>
/// <param name="Volumes">The volumes by name.</param>
internal sealed record ContainerRuntimeInput(
    ContainerConfig Container,
    ImageConfiguration Image,
    ContainerSettings? Label,
    string Directory,
    string ImageDirectory,
    IReadOnlyDictionary<string, uint> Ids,
    IReadOnlyDictionary<string, VolumeConfig> Volumes)
{
    public bool IsReadOnly => ContainerRuntime.IsReadOnly(Container, Label);
}

using System.Collections.Immutable;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Unpacks the containers' images and writes the files that start each container.</summary>
internal sealed class ContainerStage(BuildContext build, RootBuilder root)
{
    public void Run(ImmutableArray<ContainerPlan> containers, CancellationToken cancellationToken)
    {
        foreach (var container in containers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Put(container, cancellationToken);
        }
    }

    private void Put(ContainerPlan container, CancellationToken cancellationToken)
    {
        var (directory, origin) = (container.Directory, container.Origin);
        root.PutDirectories(origin, "containers", container.Section, directory);
        if (container.Unpacks || container.IsReadOnly)
        {
            root.PutDirectories(origin, container.OwnImageDirectory);
        }

        if (container.Unpacks)
        {
            var tree = build.Images.Tree(container.Image, cancellationToken);
            ImageAdjustments.Unpack(root, container.OwnImageDirectory, tree, origin, linkResolver: false, cancellationToken);
            root.Unpacked.Add(new UnpackedImage(container.Image, container.OwnImageDirectory));
        }

        if (!container.IsReadOnly)
        {
            root.PutDirectories(origin, $"{directory}/tmp", $"{directory}/rootfs");
        }

        root.Put($"{directory}/config.json", root.Inodes.File(FileContent.FromBytes(container.Files.ConfigJson)), origin);
        root.Put($"{directory}/runtime.json", root.Inodes.File(FileContent.FromBytes(container.Files.RuntimeJson)), origin);
    }
}

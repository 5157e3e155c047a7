using System.Collections.Immutable;
using System.Globalization;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Runtime;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Unpacks the containers' images and writes the files that start each container.</summary>
internal sealed class ContainerStage(BuildContext build, RootBuilder root)
{
    private readonly Dictionary<ImageReference, string> _unpacked = [];
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly IReadOnlyDictionary<string, uint> _ids = ContainerIds.Assign(build.Config);
    private readonly ImmutableSortedDictionary<string, VolumeConfig> _volumes =
        build.Config.Volumes.ToImmutableSortedDictionary(static v => v.Name, static v => v, StringComparer.Ordinal);

    /// <exception cref="ConfigurationException">Settings are not valid; the exception names every problem of every container.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        var config = build.Config;
        Run(config.OnBoot, "onboot", numbered: true, cancellationToken);
        Run(config.OnShutdown, "onshutdown", numbered: true, cancellationToken);
        Run(config.Services, "services", numbered: false, cancellationToken);
        if (_problems.Count > 0)
        {
            throw new ConfigurationException([.. _problems]);
        }
    }

    private void Run(ImmutableArray<ContainerConfig> containers, string section, bool numbered, CancellationToken cancellationToken)
    {
        for (var i = 0; i < containers.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var container = containers[i];
            var directory = numbered
                ? string.Create(CultureInfo.InvariantCulture, $"containers/{section}/{i:D3}-{container.Name}")
                : $"containers/{section}/{container.Name}";
            var image = container.Image;
            var origin = new FileOrigin(image.ToString(), $"{section}[{i}]");
            try
            {
                root.PutDirectories(origin, "containers", $"containers/{section}", directory);
                Put(container, image, directory, origin);
            }
            catch (ConfigurationException e)
            {
                _problems.AddRange(e.Problems);
            }
        }
    }

    private void Put(ContainerConfig container, ImageReference image, string directory, FileOrigin origin)
    {
        var label = Label(image);
        var readOnly = ContainerRuntime.IsReadOnly(container, label);
        var lower = Unpack(image, directory, readOnly, origin);
        if (!readOnly)
        {
            root.PutDirectories(origin, $"{directory}/tmp", $"{directory}/rootfs");
        }

        if (ContainerRuntime.HasFirstIds(container, label))
        {
            BuildLog.FirstIdsDropped(build.Logger, container.Name);
        }

        var files = ContainerRuntime.Create(new ContainerRuntimeInput(
            container, build.Images.Image(image).Configuration, label, "/" + directory, "/" + lower, _ids, _volumes));
        root.Put($"{directory}/config.json", root.Inodes.File(FileContent.FromBytes(files.ConfigJson)), origin);
        root.Put($"{directory}/runtime.json", root.Inodes.File(FileContent.FromBytes(files.RuntimeJson)), origin);
    }

    /// <summary>Unpacks the image, unless an earlier container did.</summary>
    /// <returns>The directory of the unpacked image.</returns>
    private string Unpack(ImageReference image, string directory, bool readOnly, FileOrigin origin)
    {
        var own = $"{directory}/{(readOnly ? "rootfs" : "lower")}";
        if (_unpacked.TryGetValue(image, out var earlier))
        {
            if (readOnly)
            {
                root.PutDirectories(origin, own);
            }

            return earlier;
        }

        root.PutDirectories(origin, own);
        root.PutTree(own, ImageAdjustments.Apply(build.Images.Tree(image), root.Inodes, linkResolver: false), origin);
        root.Unpacked.Add(new UnpackedImage(image, own));
        _unpacked.Add(image, own);
        return own;
    }

    private ContainerSettings? Label(ImageReference image) =>
        build.Images.Image(image).Configuration.Labels.TryGetValue(ContainerRuntime.SettingsLabel, out var text)
            ? ContainerSettings.ParseLabel(text, $"label {ContainerRuntime.SettingsLabel} of {image}", build.Options.Limits)
            : null;
}

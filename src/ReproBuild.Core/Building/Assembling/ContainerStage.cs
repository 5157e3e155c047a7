using System.Collections.Immutable;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Runtime;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Unpacks the containers' images and writes what starts each container.</summary>
internal sealed class ContainerStage(AssemblyContext context)
{
    private readonly Dictionary<string, string> _unpacked = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly IReadOnlyDictionary<string, uint> _ids = ContainerIds.Assign(context.Config);
    private readonly ImmutableSortedDictionary<string, VolumeConfig> _volumes =
        context.Config.Volumes.ToImmutableSortedDictionary(static v => v.Name, static v => v, StringComparer.Ordinal);

    /// <exception cref="ConfigurationException">Settings are not valid; it names every problem of every container.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        var config = context.Config;
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
            var directory = ContainerPath.Directory(section, i, container.Name, numbered);
            var origin = new FileOrigin(container.Image.ToString(), $"{section}[{i}]");
            try
            {
                context.Root.PutDirectories(origin, "containers", $"containers/{section}", directory);
                Put(container, directory, origin);
            }
            catch (ConfigurationException e)
            {
                _problems.AddRange(e.Problems);
            }
        }
    }

    private void Put(ContainerConfig container, string directory, FileOrigin origin)
    {
        var label = Label(container);
        var readOnly = ContainerRuntime.IsReadOnly(container, label);
        var lower = Unpack(container, directory, readOnly, origin);
        if (!readOnly)
        {
            context.Root.PutDirectories(origin, $"{directory}/tmp", $"{directory}/rootfs");
        }

        if (ContainerRuntime.HasFirstIds(container, label))
        {
            BuildLog.FirstIdsDropped(context.Logger, container.Name);
        }

        var files = ContainerRuntime.Create(new ContainerRuntimeInput(
            container, context.Images.Image(container.Image).Configuration, label, "/" + directory, "/" + lower, _ids, _volumes));
        context.Root.Put($"{directory}/config.json", context.Inodes.File(FileContent.FromBytes(files.ConfigJson)), origin);
        context.Root.Put($"{directory}/runtime.json", context.Inodes.File(FileContent.FromBytes(files.RuntimeJson)), origin);
    }

    /// <summary>Unpacks the image, unless an earlier container did.</summary>
    /// <returns>The directory that holds the unpacked image.</returns>
    private string Unpack(ContainerConfig container, string directory, bool readOnly, FileOrigin origin)
    {
        var own = $"{directory}/{(readOnly ? "rootfs" : "lower")}";
        if (_unpacked.TryGetValue(origin.Source, out var earlier))
        {
            if (readOnly)
            {
                context.Root.PutDirectories(origin, own);
            }

            return earlier;
        }

        context.Root.PutDirectories(origin, own);
        context.Root.PutTree(own, ImageAdjustments.Apply(context.Images.Tree(container.Image), context.Inodes, linkResolver: false), origin);
        context.Unpacked.Add(new UnpackedImage(container.Image, own));
        _unpacked.Add(origin.Source, own);
        return own;
    }

    private ContainerSettings? Label(ContainerConfig container) =>
        context.Images.Image(container.Image).Configuration.Labels.TryGetValue(ContainerRuntime.SettingsLabel, out var text)
            ? ContainerSettings.ParseLabel(text, $"label {ContainerRuntime.SettingsLabel} of {container.Image}", context.Options.Limits)
            : null;
}

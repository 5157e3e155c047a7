using System.Collections.Immutable;
using System.Globalization;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Runtime;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>What a container becomes, which is known before anything is fetched: it depends on the configurations of images only.</summary>
/// <param name="Image">The container's image.</param>
/// <param name="Origin">Where its files come from.</param>
/// <param name="Section">The directory of containers of its kind.</param>
/// <param name="Directory">Its own directory.</param>
/// <param name="IsReadOnly">Whether its root file system is read-only.</param>
/// <param name="Unpacks">Whether its image is unpacked for it; otherwise it refers to an earlier container's.</param>
/// <param name="Files">What starts it.</param>
internal sealed record ContainerPlan(
    ImageReference Image, FileOrigin Origin, string Section, string Directory, bool IsReadOnly, bool Unpacks, ContainerRuntimeFiles Files)
{
    /// <summary>Where its image is, when it is unpacked for this container.</summary>
    public string OwnImageDirectory => OwnDirectory(Directory, IsReadOnly);

    /// <summary>Plans every container, in the order of the assembly.</summary>
    /// <exception cref="ConfigurationException">Settings are not valid; it names every problem of every container.</exception>
    public static ImmutableArray<ContainerPlan> Of(BuildContext build)
    {
        var planner = new Planner(build);
        var config = build.Config;
        ImmutableArray<ContainerPlan> plans =
        [
            .. planner.Plan(config.OnBoot, "onboot", numbered: true),
            .. planner.Plan(config.OnShutdown, "onshutdown", numbered: true),
            .. planner.Plan(config.Services, "services", numbered: false),
        ];
        planner.ThrowIfAny();
        return plans;
    }

    private static string OwnDirectory(string directory, bool isReadOnly) => $"{directory}/{(isReadOnly ? "rootfs" : "lower")}";

    private sealed class Planner(BuildContext build)
    {
        private readonly Dictionary<ImageReference, string> _unpacked = [];
        private readonly List<ConfigurationProblem> _problems = [];
        private readonly IReadOnlyDictionary<string, uint> _ids = ContainerIds.Assign(build.Config);
        private readonly ImmutableSortedDictionary<string, VolumeConfig> _volumes =
            build.Config.Volumes.ToImmutableSortedDictionary(static v => v.Name, static v => v, StringComparer.Ordinal);

        public IEnumerable<ContainerPlan> Plan(ImmutableArray<ContainerConfig> containers, string section, bool numbered)
        {
            for (var i = 0; i < containers.Length; i++)
            {
                var name = containers[i].Name;
                var directory = numbered
                    ? string.Create(CultureInfo.InvariantCulture, $"containers/{section}/{i:D3}-{name}")
                    : $"containers/{section}/{name}";

                if (TryPlan(containers[i], $"containers/{section}", directory, $"{section}[{i}]") is { } plan)
                {
                    yield return plan;
                }
            }
        }

        public void ThrowIfAny()
        {
            if (_problems.Count > 0)
            {
                throw new ConfigurationException([.. _problems]);
            }
        }

        private ContainerPlan? TryPlan(ContainerConfig container, string section, string directory, string location)
        {
            try
            {
                return Plan(container, section, directory, location);
            }
            catch (ConfigurationException e)
            {
                _problems.AddRange(e.Problems);
                return null;
            }
        }

        private ContainerPlan Plan(ContainerConfig container, string section, string directory, string location)
        {
            var image = container.Image;
            var label = Label(image);
            var isReadOnly = ContainerRuntime.IsReadOnly(container, label);
            var unpacks = _unpacked.TryAdd(image, OwnDirectory(directory, isReadOnly));
            var files = ContainerRuntime.Create(new ContainerRuntimeInput(
                container, build.Images.Image(image).Configuration, label, "/" + directory, "/" + _unpacked[image], _ids, _volumes));
            foreach (var destination in files.RelativeDestinations)
            {
                BuildLog.RelativeDestination(build.Logger, container.Name, destination);
            }

            return new ContainerPlan(image, new FileOrigin(image.ToString(), location), section, directory, isReadOnly, unpacks, files);
        }

        private ContainerSettings? Label(ImageReference image) =>
            build.Images.Image(image).Configuration.Labels.TryGetValue(ContainerRuntime.SettingsLabel, out var text)
                ? ContainerSettings.ParseLabel(text, $"label {ContainerRuntime.SettingsLabel} of {image}", build.Options.Limits)
                : null;
    }
}

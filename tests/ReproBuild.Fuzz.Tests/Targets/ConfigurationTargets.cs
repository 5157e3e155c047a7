using System.Text;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Publishing;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Configurations, and what one build leaves for the next.</summary>
internal static class ConfigurationTargets
{
    /// <summary>The input is a configuration file.</summary>
    public static void ReadYaml(byte[] input)
    {
        var config = LinuxKitConfig.Parse(input, "machine.yml", Limits);
        config.MergeWith(config with { Services = [], Volumes = [] });
        config.Validate();
        var json = config.ToJson();
        Must(json.AsSpan().SequenceEqual(ReadAgain(config.ToYaml()).ToJson()), "a configuration is written as YAML and read again");
        Must(json.AsSpan().SequenceEqual(ReadAgain(json).ToJson()), "a configuration is written as JSON and read again");
    }

    /// <summary>The input is an image's label of settings.</summary>
    public static void ReadLabel(byte[] input)
    {
        var settings = ContainerSettings.ParseLabel(Encoding.UTF8.GetString(input), "label", Limits);
        settings.Over(settings);
    }

    /// <summary>The input is the journal of a publication; the line with its hash is added here.</summary>
    public static void ReadJournal(byte[] input) =>
        PublicationJournal.Parse([.. input, .. Encoding.ASCII.GetBytes($"\n{Digest.OfSha256(input).Hex}\n")], "out");

    private static LinuxKitConfig ReadAgain(byte[] written) =>
        MustRead("A configuration that was written", () => LinuxKitConfig.Parse(written, "written.yml"));
}

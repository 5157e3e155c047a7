using ReproBuild.Core.Configuration.Writing;
using ReproBuild.Core.Configuration.Yaml;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration;

/// <summary>Writes a configuration, its image references expanded, for the <c>metadata</c> of <c>files</c>.</summary>
/// <remarks>What it writes can be read as a configuration again.</remarks>
internal static class LinuxKitConfigWriter
{
    public static byte[] ToJson(LinuxKitConfig config) =>
        CanonicalJsonWriter.Serialize(ConfigurationJson.Create(config), numbers: CanonicalJsonNumbers.ExactIntegers);

    public static byte[] ToYaml(LinuxKitConfig config) => YamlWriter.Serialize(ConfigurationJson.Create(config));
}

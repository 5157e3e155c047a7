using ReproBuild.Core.Configuration.Binding;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration;

/// <summary>Reads the image label <c>org.mobyproject.config</c>: a container entry without name and image, as YAML or JSON.</summary>
internal static class ContainerSettingsParser
{
    /// <param name="text">The label's value; empty means that nothing is given.</param>
    /// <param name="where">What errors name in place of a file, such as <c>label org.mobyproject.config of IMAGE</c>.</param>
    /// <exception cref="ConfigurationException">The label is wrong. It names every problem.</exception>
    public static ContainerSettings ParseLabel(string text, string where)
    {
        var problems = new ProblemList();
        var root = YamlReader.Read(text, where, problems);
        var settings = root is null ? new ContainerSettings() : ContainerBinder.BindSettings(new FieldValue("", root, problems));
        problems.ThrowIfAny();
        return settings;
    }
}

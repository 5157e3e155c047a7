using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>The top level of a configuration file.</summary>
internal static class ConfigurationBinder
{
    /// <summary><c>trust</c> belongs to Docker Content Trust, which LinuxKit no longer uses: checked, then ignored.</summary>
    private static readonly FieldTable<LinuxKitConfig> TrustFields = new()
    {
        { "image", static (config, value) => Ignore(config, value.Texts()) },
        { "org", static (config, value) => Ignore(config, value.Texts()) },
    };

    private static readonly FieldTable<LinuxKitConfig> Fields = new()
    {
        { "kernel", static (config, value) => config with { Kernel = KernelBinder.Bind(value) } },
        { "init", static (config, value) => config with { Init = value.List(static item => new InitConfig(item.Reference(), item.Node.Location)) } },
        { "onboot", static (config, value) => config with { OnBoot = value.List(ContainerBinder.Bind) } },
        { "onshutdown", static (config, value) => config with { OnShutdown = value.List(ContainerBinder.Bind) } },
        { "services", static (config, value) => config with { Services = value.List(ContainerBinder.Bind) } },
        { "trust", static (config, value) => TrustFields.Bind(config, value) },
        { "files", static (config, value) => config with { Files = value.List(FileBinder.Bind) } },
        { "volumes", static (config, value) => config with { Volumes = value.List(VolumeBinder.Bind) } },
    };

    public static LinuxKitConfig Bind(YamlNode? root, ProblemList problems) =>
        root is null || root.IsNull ? new LinuxKitConfig() : Fields.Bind(new LinuxKitConfig(), new FieldValue("", root, problems));

    private static LinuxKitConfig Ignore(LinuxKitConfig config, object value)
    {
        _ = value;
        return config;
    }
}

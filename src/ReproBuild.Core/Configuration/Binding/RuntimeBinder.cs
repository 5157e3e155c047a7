namespace ReproBuild.Core.Configuration.Binding;

/// <summary>The <c>runtime</c> section of a container.</summary>
internal static class RuntimeBinder
{
    private static readonly FieldTable<InterfaceConfig> InterfaceFields = new()
    {
        { "name", static (link, value) => link with { Name = value.Text() } },
        { "add", static (link, value) => link with { Add = value.Text() } },
        { "peer", static (link, value) => link with { Peer = value.Text() } },
        { "createInRoot", static (link, value) => link with { CreateInRoot = value.Boolean() } },
    };

    private static readonly FieldTable<BindNamespaces> BindNamespacesFields = new()
    {
        { "cgroup", static (paths, value) => paths with { Cgroup = value.Text() } },
        { "ipc", static (paths, value) => paths with { Ipc = value.Text() } },
        { "mnt", static (paths, value) => paths with { Mount = value.Text() } },
        { "net", static (paths, value) => paths with { Net = value.Text() } },
        { "pid", static (paths, value) => paths with { Pid = value.Text() } },
        { "user", static (paths, value) => paths with { User = value.Text() } },
        { "uts", static (paths, value) => paths with { Uts = value.Text() } },
    };

    private static readonly FieldTable<RuntimeConfig> Fields = new()
    {
        { "cgroups", static (runtime, value) => runtime with { Cgroups = value.Texts() } },
        { "mounts", static (runtime, value) => runtime with { Mounts = value.List(MountBinder.Bind) } },
        { "mkdir", static (runtime, value) => runtime with { Mkdir = value.Texts() } },
        { "interfaces", static (runtime, value) => runtime with { Interfaces = value.List(static item => InterfaceFields.Bind(new InterfaceConfig(""), item)) } },
        { "bindNS", static (runtime, value) => runtime with { BindNamespaces = BindNamespacesFields.Bind(new BindNamespaces(), value) } },
        { "namespace", static (runtime, value) => runtime with { Namespace = value.Text() } },
    };

    public static RuntimeConfig Bind(FieldValue value) => Fields.Bind(new RuntimeConfig(), value);
}

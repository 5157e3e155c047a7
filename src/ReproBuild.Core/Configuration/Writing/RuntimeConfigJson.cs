using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>The <c>runtime</c> section of a container as JSON: what it gives.</summary>
internal static class RuntimeConfigJson
{
    public static JsonObject Create(RuntimeConfig runtime)
    {
        var json = new JsonObject();
        json.AddIf(runtime.Cgroups is not null, "cgroups", JsonObjectExtensions.ToArray(runtime.Cgroups));
        json.AddIf(runtime.Mounts is not null, "mounts", new JsonArray([.. (runtime.Mounts ?? []).Select(MountConfigJson.Create)]));
        json.AddIf(runtime.Mkdir is not null, "mkdir", JsonObjectExtensions.ToArray(runtime.Mkdir));
        json.AddIf(runtime.Interfaces is not null, "interfaces", new JsonArray([.. (runtime.Interfaces ?? []).Select(Interface)]));
        json.AddIf(runtime.BindNamespaces is not null, "bindNS", BindNamespaces(runtime.BindNamespaces ?? new BindNamespaces()));
        json.AddText("namespace", runtime.Namespace);
        return json;
    }

    /// <summary>What is empty is left out, as in the container's <c>runtime.json</c>.</summary>
    public static JsonObject Interface(InterfaceConfig link)
    {
        var json = new JsonObject { ["createInRoot"] = link.CreateInRoot };
        json.AddText("name", link.Name);
        json.AddText("add", link.Add);
        json.AddText("peer", link.Peer);
        return json;
    }

    private static JsonObject BindNamespaces(BindNamespaces paths)
    {
        var json = new JsonObject();
        json.AddIf(paths.Cgroup is not null, "cgroup", paths.Cgroup);
        json.AddIf(paths.Ipc is not null, "ipc", paths.Ipc);
        json.AddIf(paths.Mount is not null, "mnt", paths.Mount);
        json.AddIf(paths.Net is not null, "net", paths.Net);
        json.AddIf(paths.Pid is not null, "pid", paths.Pid);
        json.AddIf(paths.User is not null, "user", paths.User);
        json.AddIf(paths.Uts is not null, "uts", paths.Uts);
        return json;
    }
}

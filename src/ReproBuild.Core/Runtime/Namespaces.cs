using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>linux.namespaces</c> (config-linux.md, "Namespaces"): one that is listed is new or joined, one that is not is the host's.</summary>
internal static class Namespaces
{
    private const string New = "new";
    private const string Host = "host";

    /// <summary>The host's own namespaces, as LinuxKit's older name for it.</summary>
    private const string Root = "root";

    /// <summary>For the network only: a new namespace, which has nothing but a loopback device.</summary>
    private const string None = "none";

    public static JsonArray Create(ContainerSettings settings, RuntimeProblems problems)
    {
        var namespaces = new JsonArray();
        Add("network", "net", settings.Net == None ? New : settings.Net ?? Host);
        Add("ipc", "ipc", settings.Ipc ?? Host);
        Add("uts", "uts", settings.Uts ?? Host);
        Add("pid", "pid", settings.Pid ?? New);
        Add("user", "userns", settings.UserNamespace ?? Host);
        Add("mount", "mount", New);
        return namespaces;

        void Add(string type, string field, string value)
        {
            switch (value)
            {
                case Host or Root:
                    break;
                case New:
                    namespaces.AddObject(new JsonObject { ["type"] = type });
                    break;
                default:
                    CheckPath(field, value, problems);
                    namespaces.AddObject(new JsonObject { ["type"] = type, ["path"] = value });
                    break;
            }
        }
    }

    private static void CheckPath(string field, string path, RuntimeProblems problems)
    {
        if (!path.StartsWith('/'))
        {
            var words = field == "net" ? "host, new, none" : "host, new";
            problems.Add(field, $"'{path}' is neither a word nor an absolute path; expected {words} or a path such as /run/netns/name");
        }
    }
}

using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>linux.namespaces</c> (config-linux.md, "Namespaces"): one that is listed is new or joined, one that is not is the host's.</summary>
internal static class Namespaces
{
    public static JsonArray Create(ContainerSettings settings)
    {
        var namespaces = new JsonArray();
        Add("network", settings.Net == NamespaceWords.None ? NamespaceWords.New : settings.Net ?? NamespaceWords.Host);
        Add("ipc", settings.Ipc ?? NamespaceWords.Host);
        Add("uts", settings.Uts ?? NamespaceWords.Host);
        Add("pid", settings.Pid ?? NamespaceWords.New);
        Add("user", settings.UserNamespace ?? NamespaceWords.Host);
        Add("mount", NamespaceWords.New);
        return namespaces;

        void Add(string type, string value)
        {
            switch (value)
            {
                case NamespaceWords.Host or NamespaceWords.Root:
                    break;
                case NamespaceWords.New:
                    namespaces.AddObject(new JsonObject { ["type"] = type });
                    break;
                default:
                    namespaces.AddObject(new JsonObject { ["type"] = type, ["path"] = value });
                    break;
            }
        }
    }
}

namespace ReproBuild.Core.Configuration;

/// <summary>The words that name a namespace of a container; anything else is the path of one.</summary>
internal static class NamespaceWords
{
    public const string New = "new";
    public const string Host = "host";

    /// <summary>The host's own namespaces, as LinuxKit's older name for it.</summary>
    public const string Root = "root";

    /// <summary>For the network only: a new namespace, which has nothing but a loopback device.</summary>
    public const string None = "none";

    private const string Expected = "an absolute path such as /run/netns/name";

    /// <summary>What is wrong with the value of <c>ipc</c>, <c>uts</c>, <c>pid</c> or <c>userns</c>, or null.</summary>
    public static string? Problem(string value) => Problem(value, [Host, Root, New], $"host, new, or {Expected}");

    /// <summary>What is wrong with the value of <c>net</c>, or null.</summary>
    public static string? NetworkProblem(string value) => Problem(value, [Host, Root, New, None], $"host, new, none, or {Expected}");

    private static string? Problem(string value, string[] words, string expected)
    {
        if (words.Contains(value, StringComparer.Ordinal) || value.StartsWith('/'))
        {
            return null;
        }

        var hint = NameSuggestion.For(value, words) is { } closest ? $" (did you mean {closest}?)" : "";
        return $"'{value.Shown()}' names no namespace{hint}; expected {expected}";
    }
}

using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>An entry of <c>files</c>.</summary>
internal static class FileBinder
{
    private static readonly FieldTable<FileConfig> Fields = new()
    {
        { "path", Presence.Required, static (file, value) => file with { Path = Path(value) } },
        { "directory", static (file, value) => file with { Directory = value.Boolean() } },
        { "symlink", static (file, value) => file with { SymbolicLink = value.TextOrNull() } },
        { "contents", static (file, value) => file with { Contents = value.Text() } },
        { "source", static (file, value) => file with { SourcePath = value.TextOrNull() } },
        { "metadata", static (file, value) => file with { Metadata = value.Choice(("yaml", FileMetadata.Yaml), ("json", FileMetadata.Json)) } },
        { "optional", static (file, value) => file with { Optional = value.Boolean() } },
        { "mode", static (file, value) => file with { Mode = value.Mode(), WrittenMode = Written(value) } },
        { "uid", static (file, value) => file with { UserId = value.Owner(), WrittenUserId = Written(value) } },
        { "gid", static (file, value) => file with { GroupId = value.Owner(), WrittenGroupId = Written(value) } },
    };

    public static FileConfig Bind(FieldValue value)
    {
        var file = Fields.Bind(new FileConfig { Path = "", Source = value.Node.Location }, value);
        if (value.Node is YamlMapping && ConfigurationRules.FileKind(file) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return file;
    }

    private static string Path(FieldValue value)
    {
        var path = value.Text();
        if (value.Node is YamlScalar && ConfigurationRules.FilePath(path) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return path;
    }

    private static string? Written(FieldValue value) => (value.Node as YamlScalar)?.Text;
}

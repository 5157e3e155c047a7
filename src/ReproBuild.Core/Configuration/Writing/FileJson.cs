using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>An entry of <c>files</c> as JSON, mode and owners as they were written.</summary>
internal static class FileJson
{
    public static JsonObject Create(FileConfig file)
    {
        var json = new JsonObject
        {
            ["path"] = file.Path,
            ["directory"] = file.Directory,
            ["optional"] = file.Optional,
        };
        json.AddText("symlink", file.SymbolicLink);
        json.AddIf(file.Contents is not null, "contents", file.Contents);
        json.AddText("source", file.SourcePath);
        json.AddText("metadata", file.Metadata switch { FileMetadata.Yaml => "yaml", FileMetadata.Json => "json", _ => null });
        json.AddText("mode", file.WrittenMode ?? OctalMode.Format(file.Mode));
        json.AddIf(file.WrittenUserId is not null || file.UserId != OwnerId.Root, "uid", Owner(file.UserId, file.WrittenUserId));
        json.AddIf(file.WrittenGroupId is not null || file.GroupId != OwnerId.Root, "gid", Owner(file.GroupId, file.WrittenGroupId));
        return json;
    }

    /// <summary><c>root</c> stays a word; a number is written in decimal, however it was written.</summary>
    private static JsonNode? Owner(OwnerId owner, string? written) => written == "root" ? written : OwnerJson.Create(owner);
}

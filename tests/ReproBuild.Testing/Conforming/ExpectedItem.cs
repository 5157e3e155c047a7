using System.Text.Json.Nodes;

namespace ReproBuild.Testing.Conforming;

/// <summary>Reads a line of <c>expected/CASE.jsonl</c>.</summary>
internal static class ExpectedItem
{
    public static TreeItem Parse(JsonObject line)
    {
        var device = line["dev"]?.AsArray();
        var source = line["source"]?.AsArray();
        return new TreeItem
        {
            Path = (string)line["path"]!,
            Type = (string)line["type"]!,
            Mode = (string?)line["mode"],
            UserId = (long?)line["uid"],
            GroupId = (long?)line["gid"],
            ModificationTime = (long?)line["mtime"],
            Sha256 = (string?)line["sha256"],
            Size = (long?)line["size"],
            LinkTarget = (string?)line["link"],
            Device = device is null ? null : ((long)device[0]!, (long)device[1]!),
            ExtendedAttributes = string.Join(' ', (line["xattrs"]?.AsObject() ?? []).OrderBy(static x => x.Key, StringComparer.Ordinal).Select(static x => $"{x.Key}={(string)x.Value!}")),
            Origin = source is null ? default : ((string?)source[0], (string?)source[1]),
            InodeOf = (string?)line["inode_of"],
            IsImplied = (bool?)line["implied"] ?? false,
        };
    }
}

using System.Security.Cryptography;

namespace ReproBuild.Testing.Conforming;

/// <summary>Describes what a tar extracts to: the last entry of a path wins, missing parents are implied.</summary>
internal static class TarTree
{
    private const string AttributePrefix = "SCHILY.xattr.";

    public static IReadOnlyDictionary<string, TreeItem> Read(byte[] tar)
    {
        var items = new Dictionary<string, TreeItem>(StringComparer.Ordinal);
        foreach (var member in PlainTarReader.Read(tar))
        {
            var path = Normalize(member.Name.ToString());
            if (path.Length == 0)
            {
                continue;
            }

            var item = member.Flag == '1' ? HardLink(path, Normalize(member.LinkName.ToString()), member, items) : Describe(path, member);
            if (items.TryGetValue(path, out var old) && (old.Type == "dir") != (item.Type == "dir"))
            {
                foreach (var below in items.Keys.Where(key => key.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
                {
                    items.Remove(below);
                }
            }

            items[path] = item;
        }

        AddImpliedParents(items);
        return items;
    }

    private static string Normalize(string name) => string.Join('/', name.Split('/').Where(static part => part is not ("" or ".")));

    private static TreeItem HardLink(string path, string target, PlainTarMember member, Dictionary<string, TreeItem> items) =>
        items.TryGetValue(target, out var first)
            ? first with { Path = path, InodeOf = first.InodeOf ?? target, Origin = Origin(member) }
            : new TreeItem { Path = path, Type = $"dangling link to {target}" };

    private static TreeItem Describe(string path, PlainTarMember member)
    {
        var isFile = member.Flag is '0' or '\0';
        return new TreeItem
        {
            Path = path,
            Type = member.Flag switch { '5' => "dir", '2' => "symlink", '3' => "char", '4' => "block", '6' => "fifo", _ => "file" },
            Mode = Convert.ToString(member.Mode & 0xFFF, 8).PadLeft(4, '0'),
            UserId = member.UserId,
            GroupId = member.GroupId,
            ModificationTime = member.ModificationTime,
            Size = isFile ? member.Content.Length : null,
            Sha256 = isFile ? Convert.ToHexStringLower(SHA256.HashData(member.Content)) : null,
            LinkTarget = member.Flag == '2' ? member.LinkName.ToString() : null,
            Device = member.Flag is '3' or '4' ? (member.DeviceMajor, member.DeviceMinor) : null,
            ExtendedAttributes = string.Join(' ', member.Records
                .Where(static record => record.Key.StartsWith(AttributePrefix, StringComparison.Ordinal))
                .OrderBy(static record => record.Key, StringComparer.Ordinal)
                .Select(static record => $"{record.Key[AttributePrefix.Length..]}={Convert.ToHexStringLower(record.Value)}")),
            Origin = Origin(member),
            Content = isFile ? member.Content : null,
        };
    }

    private static (string? Source, string? Location) Origin(PlainTarMember member) => (member.Text("LINUXKIT.source"), member.Text("LINUXKIT.location"));

    private static void AddImpliedParents(Dictionary<string, TreeItem> items)
    {
        foreach (var path in items.Keys.ToList())
        {
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                items.TryAdd(path[..slash], new TreeItem { Path = path[..slash], Type = "dir", IsImplied = true });
            }
        }
    }
}

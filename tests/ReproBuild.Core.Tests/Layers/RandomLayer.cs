using System.Formats.Tar;
using System.Text;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Layers of few names, so that entries, links and whiteouts often meet; written by .NET's tar writer.</summary>
internal static class RandomLayer
{
    private static readonly string[] Parents = ["p", "p", "q", "q", "l"];
    private static readonly string[] Leaves = ["a", "a", "b", "b", "c", "p", "l"];
    private static readonly string[] Targets = ["p", "/q", "../q", "/", ".", "../../p/q", "p/p", "new/place", "a"];

    /// <summary>A layer's archive.</summary>
    /// <param name="random">Chooses its entries.</param>
    /// <param name="files">The files of the layers so far, which hard links lead to; those of this layer are added.</param>
    public static byte[] Create(Random random, List<string> files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            for (var i = random.Next(4, 12); i > 0; i--)
            {
                writer.WriteEntry(Entry(random, files));
            }
        }

        return stream.ToArray();
    }

    /// <summary>The layers' entries, for the message of a failure.</summary>
    public static string Describe(byte[][] tars)
    {
        var text = new StringBuilder();
        foreach (var tar in tars)
        {
            using var reader = new TarReader(new MemoryStream(tar));
            while (reader.GetNextEntry() is { } entry)
            {
                text.AppendJoin(' ', entry.EntryType, entry.Name, entry.LinkName).AppendLine();
            }

            text.AppendLine("--");
        }

        return text.ToString();
    }

    private static PaxTarEntry Entry(Random random, List<string> files)
    {
        var parents = string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => Parents[random.Next(Parents.Length)] + "/"));
        var leaf = Leaves[random.Next(Leaves.Length)];
        var path = parents + leaf;
        var kind = random.Next(12);
        var entry = kind switch
        {
            < 4 => new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes($"{random.Next(1000)}")) },
            < 7 => new PaxTarEntry(TarEntryType.Directory, parents + Parents[random.Next(4)] + "/"),
            7 => new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = Targets[random.Next(Targets.Length)] },
            8 when files.FindLast(file => file != path) is { } target => new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target },
            9 => new PaxTarEntry(TarEntryType.RegularFile, parents + ".wh..wh..opq"),
            _ => new PaxTarEntry(TarEntryType.RegularFile, parents + ".wh." + leaf),
        };
        if (entry.EntryType == TarEntryType.RegularFile && !entry.Name.Contains(".wh.", StringComparison.Ordinal))
        {
            files.Add(path);
        }

        entry.Mode = (UnixFileMode)random.Next(0x200);
        entry.Uid = random.Next(3);
        entry.ModificationTime = DateTimeOffset.FromUnixTimeSeconds(random.Next());
        return entry;
    }
}

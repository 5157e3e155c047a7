using System.Globalization;
using System.Text;
using CsCheck;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>An entry of a random layer: <c>d</c>irectory, <c>f</c>ile, symbolic <c>l</c>ink, <c>h</c>ard link, <c>w</c>hiteout or <c>o</c>paque.</summary>
internal sealed record RandomEntry(char Kind, string Path, string Value)
{
    public override string ToString() => $"{Kind} {Path} {Value}";
}

/// <summary>A layer that says one thing, in any order of its entries: each path once, every parent named, over few names so that layers often meet.</summary>
internal sealed class RandomLayer
{
    private static readonly string[] Names = ["a", "b", "l", "p"];
    private static readonly string[] Targets = ["p", "/p", "../p", "/", "a", "p/l", "missing", "/l/p"];

    public static Gen<RandomLayer> Any { get; } = Gen.Select(
        Gen.Frequency((4, Gen.Const('d')), (3, Gen.Const('f')), (2, Gen.Const('l')), (1, Gen.Const('h')), (2, Gen.Const('w')), (1, Gen.Const('o'))),
        Gen.OneOf(Names).Array[1, 4],
        Gen.Int[0, 999]).Array[0, 14].Select(static parts => new RandomLayer(parts));

    /// <summary>What the layer says, parents first.</summary>
    public IReadOnlyList<RandomEntry> Entries { get; }

    private RandomLayer((char Kind, string[] Path, int Value)[] parts)
    {
        var entries = new Dictionary<string, RandomEntry>(StringComparer.Ordinal);
        foreach (var (kind, path, value) in parts)
        {
            var parents = Enumerable.Range(1, path.Length - 1).Select(count => string.Join('/', path[..count])).ToArray();
            if (parents.All(parent => !entries.TryGetValue(parent, out var found) || found.Kind == 'd') && Create(kind, path, value, entries.Values) is { } entry)
            {
                Array.ForEach(parents, parent => entries.TryAdd(parent, new RandomEntry('d', parent, $"{(value % 7) + 0b111_000_000}")));
                entries.TryAdd(entry.Path, entry);
            }
        }

        Entries = [.. entries.Values];
    }

    /// <summary>The layer with its entries in another order, all orders being equally likely.</summary>
    public InMemoryLayer Build(Random? order)
    {
        var entries = Entries.ToArray();
        order?.Shuffle(entries);
        var layer = new InMemoryLayer();
        foreach (var (kind, path, value) in entries)
        {
            _ = kind switch
            {
                'd' => layer.Directory(path, (UnixFileMode)int.Parse(value, CultureInfo.InvariantCulture)),
                'f' => layer.File(path, value),
                'l' => layer.SymbolicLink(path, value),
                'h' => layer.HardLink(path, value),
                _ => layer.File(path, ""),
            };
        }

        return layer;
    }

    /// <summary>Shell commands that make the layer's directory for overlayfs (Linux, Documentation/filesystems/overlayfs.rst).</summary>
    /// <param name="directory">Where; it is empty.</param>
    public string Script(string directory)
    {
        var script = new StringBuilder();
        foreach (var (kind, path, value) in Entries.OrderBy(static e => e.Kind is 'h' or 'o' or 'w'))
        {
            var file = $"{directory}/{path}";
            script.AppendLine(kind switch
            {
                'd' => $"mkdir {file}",
                'f' => $"echo -n '{value}' > {file}",
                'l' => $"ln -s '{value}' {file}",
                'h' => $"ln {directory}/{value} {file}",
                'w' when Find(Removed(path)) is { } here => here.Kind == 'd' ? $"setfattr -n trusted.overlay.opaque -v y {directory}/{Removed(path)}" : "true",
                'w' => $"mknod {directory}/{Removed(path)} c 0 0",
                _ => $"setfattr -n trusted.overlay.opaque -v y {Path.GetDirectoryName(file)}",
            });
        }

        return script.ToString();
    }

    public override string ToString() => string.Join('\n', Entries);

    private static RandomEntry? Create(char kind, string[] path, int value, IEnumerable<RandomEntry> before)
    {
        var name = string.Join('/', path);
        var directory = name[..^path[^1].Length];
        var file = before.FirstOrDefault(static e => e.Kind == 'f');
        return kind switch
        {
            'd' => new RandomEntry('d', name, $"{value % 512}"),
            'l' => new RandomEntry('l', name, Targets[value % Targets.Length]),
            'w' => new RandomEntry('w', $"{directory}.wh.{path[^1]}", ""),
            'o' => directory.Length == 0 ? null : new RandomEntry('o', $"{directory}.wh..wh..opq", ""),
            'h' when file is not null => new RandomEntry('h', name, file.Path),
            _ => new RandomEntry('f', name, $"{value}"),
        };
    }

    private static string Removed(string whiteout) => whiteout.Replace(".wh.", "", StringComparison.Ordinal);

    private RandomEntry? Find(string path) => Entries.FirstOrDefault(e => e.Path == path);
}

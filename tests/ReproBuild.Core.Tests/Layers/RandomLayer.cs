using System.Text;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>A layer that says one thing, in any order of its entries: each path once, every parent named, over few names so that layers often meet.</summary>
internal sealed class RandomLayer
{
    private static readonly string[] Names = ["a", "b", "l", "p"];
    private static readonly string[] Targets = ["p", "/p", "../p", "/", "a", "p/l", "missing", "/l/p"];

    private readonly List<(char Kind, string Path, string Value)> _entries = [];

    public RandomLayer(Random random)
    {
        Fill(random, "", depth: 0);
        var files = _entries.Where(static e => e.Kind == 'f').Select(static e => e.Path).ToList();
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Kind == 'f' && files.Count > 1 && files[0] != _entries[i].Path && random.Next(4) == 0)
            {
                _entries[i] = ('h', _entries[i].Path, files[0]);
            }
        }
    }

    /// <summary>The layer with its entries in another order, all orders being equally likely.</summary>
    public InMemoryLayer Build(Random? order)
    {
        var entries = _entries.ToArray();
        order?.Shuffle(entries);
        var layer = new InMemoryLayer();
        foreach (var (kind, path, value) in entries)
        {
            _ = kind switch
            {
                'd' => layer.Directory(path),
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
        foreach (var (kind, path, value) in _entries.OrderBy(static e => e.Kind is 'h' or 'o' or 'w'))
        {
            var file = $"{directory}/{path}";
            script.AppendLine(kind switch
            {
                'd' => $"mkdir {file}",
                'f' => $"echo -n '{value}' > {file}",
                'l' => $"ln -s '{value}' {file}",
                'h' => $"ln {directory}/{value} {file}",
                'w' when IsThere(Removed(path)) => IsDirectory(Removed(path)) ? $"setfattr -n trusted.overlay.opaque -v y {directory}/{Removed(path)}" : "true",
                'w' => $"mknod {directory}/{Removed(path)} c 0 0",
                _ => $"setfattr -n trusted.overlay.opaque -v y {Path.GetDirectoryName(file)}",
            });
        }

        return script.ToString();
    }

    public override string ToString() => string.Join('\n', _entries.Select(static e => $"{e.Kind} {e.Path} {e.Value}"));

    private void Fill(Random random, string directory, int depth)
    {
        foreach (var name in Names)
        {
            var path = directory + name;
            if (random.Next(6) == 0)
            {
                _entries.Add(('w', $"{directory}.wh.{name}", ""));
            }

            switch (random.Next(8))
            {
                case 0 or 1 when depth < 3:
                    _entries.Add(('d', path, ""));
                    Fill(random, path + "/", depth + 1);
                    break;
                case 2:
                    _entries.Add(('f', path, $"{random.Next(1000)}"));
                    break;
                case 3:
                    _entries.Add(('l', path, Targets[random.Next(Targets.Length)]));
                    break;
            }
        }

        if (depth > 0 && random.Next(5) == 0)
        {
            _entries.Add(('o', directory + ".wh..wh..opq", ""));
        }
    }

    private static string Removed(string whiteout) => whiteout.Replace(".wh.", "", StringComparison.Ordinal);

    private bool IsThere(string path) => _entries.Exists(e => e.Path == path);

    private bool IsDirectory(string path) => _entries.Exists(e => e.Path == path && e.Kind == 'd');
}

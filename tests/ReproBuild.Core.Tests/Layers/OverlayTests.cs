using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Layers mean what overlayfs makes of them, in whatever order their entries come.</summary>
public sealed class OverlayTests
{
    private const int Images = 200;
    private const int Orders = 10;

    private static readonly ExternalTool Bash = new("bash", "bash");
    private static readonly ExternalTool SetAttribute = new("setfattr", "attr");

    [Fact]
    public void Random_layers_give_the_same_tree_in_any_order_of_their_entries()
    {
        for (var seed = 0; seed < Images; seed++)
        {
            var layers = Layers(seed);
            var expected = TreeListing.Of(Apply(layers, order: null));
            for (var order = 0; order < Orders; order++)
            {
                var actual = TreeListing.Of(Apply(layers, new Random(order)));
                Assert.True(expected.SequenceEqual(actual), $"seed {seed}, order {order}:\n{Describe(layers)}\n{Compare(expected, actual)}");
            }
        }
    }

    [Fact]
    public async Task Random_layers_give_the_tree_that_overlayfs_shows()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        Assert.SkipUnless(SetAttribute.IsAvailable, SetAttribute.SkipReason);
        using var directory = new TemporaryDirectory("overlay");
        var script = new StringBuilder("set -euo pipefail\n");
        script.AppendLine(CultureInfo.InvariantCulture, $"mount -t tmpfs tmpfs {directory.FullName}; trap 'umount {directory.FullName}' EXIT");
        for (var seed = 0; seed < Images; seed++)
        {
            script.Append(Script(directory[seed.ToString(CultureInfo.InvariantCulture)], Layers(seed)));
        }

        using var scripts = new TemporaryDirectory("overlay-script");
        await File.WriteAllTextAsync(scripts["mount.sh"], script.ToString());
        var output = await Bash.RunAsync([scripts["mount.sh"]], new ToolOptions { Timeout = TimeSpan.FromMinutes(5) });
        var trees = output.Split("== next\n");
        for (var seed = 0; seed < Images; seed++)
        {
            var layers = Layers(seed);
            var expected = trees[seed].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var actual = List(Apply(layers, order: null));
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}:\n{Describe(layers)}\n{Compare(expected, actual)}");
        }
    }

    private static RandomLayer[] Layers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => new RandomLayer(random))];
    }

    private static FileTree Apply(RandomLayer[] layers, Random? order) =>
        LayerApplier.Apply([.. layers.Select(layer => layer.Build(order).Build())]);

    /// <summary>Makes each layer's directory, mounts them over an empty one, and lists what is seen: type, path, content or target.</summary>
    private static string Script(string directory, RandomLayer[] layers)
    {
        var script = new StringBuilder($"mkdir {directory} {directory}/empty {directory}/merged\n");
        var lower = $"{directory}/empty";
        for (var i = 0; i < layers.Length; i++)
        {
            script.AppendLine(CultureInfo.InvariantCulture, $"mkdir {directory}/{i}").Append(layers[i].Script($"{directory}/{i}"));
            lower = $"{directory}/{i}:{lower}";
        }

        return script.AppendLine(CultureInfo.InvariantCulture, $"mount -t overlay overlay -o lowerdir={lower} {directory}/merged")
            .AppendLine(CultureInfo.InvariantCulture, $$"""
            # A whiteout of what no lower layer has is listed, but cannot be looked at.
            list() { find . -mindepth 1 "$@" 2> /dev/null || true; }
            (cd {{directory}}/merged; list -printf '%y %P %i %l\n' | LC_ALL=C sort -k2,2 | while read -r type path inode target; do
                case $type in
                f) echo "f $path $(cat "$path") $(list -inum $inode -type f -printf '%P\n' | LC_ALL=C sort | tr '\n' ' ')";;
                l) echo "l $path $target";;
                *) echo "d $path";;
                esac
            done)
            echo '== next'
            umount {{directory}}/merged
            """).ToString();
    }

    private static string[] List(FileTree tree)
    {
        var names = tree.Entries.ToLookup(static e => e.Inode, ReferenceEqualityComparer.Instance);
        return
        [
            .. tree.Entries.OrderBy(static e => e.Path.ToString(), StringComparer.Ordinal).Select(e => e.Inode.Type switch
            {
                FileType.RegularFile =>
                    $"f {e.Path} {Text(e.Inode)} {string.Concat(names[e.Inode].Select(static n => n.Path.ToString()).Order(StringComparer.Ordinal).Select(static n => n + " "))}",
                FileType.SymbolicLink => $"l {e.Path} {e.Inode.LinkTarget}",
                _ => $"d {e.Path}",
            }),
        ];
    }

    private static string Text(Inode inode)
    {
        var bytes = new byte[inode.Content.Length];
        inode.Content.Read(0, bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Describe(RandomLayer[] layers) => string.Join("\n--\n", layers.Select(static layer => layer.ToString()));

    private static string Compare(IEnumerable<string> expected, IEnumerable<string> actual) =>
        $"expected:\n{string.Join('\n', expected)}\nactual:\n{string.Join('\n', actual)}";
}

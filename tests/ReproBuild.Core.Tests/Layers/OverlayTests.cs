using System.Globalization;
using System.Text;
using CsCheck;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tests.Building;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Randomized;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Layers mean what overlayfs makes of them, in whatever order their entries come.</summary>
public sealed class OverlayTests
{
    private const int Cases = 500;
    private const int Images = 200;

    private static readonly Gen<RandomLayer[]> Stacks = RandomLayer.Any.Array[1, 3];

    private static readonly ExternalTool Bash = new("bash", "bash");
    private static readonly ExternalTool SetAttribute = new("setfattr", "attr");

    [Fact]
    public Task Random_layers_give_the_tree_of_the_model_in_any_order_of_their_entries() => RandomCases.CheckAsync(
        Gen.Select(Stacks, Gen.Int[0, 10_000]),
        static random =>
        {
            var (layers, order) = random;
            var expected = LayerModel.Apply(layers).Lines();
            Assert.Equal(expected, LayerModel.Lines(Apply(layers, order: null)));
            Assert.Equal(expected, LayerModel.Lines(Apply(layers, new Random(order))));
        },
        Cases,
        static random => $"{Describe(random.Item1)}\norder {random.Item2}");

    [Fact]
    public Task Layers_that_arrive_in_any_order_give_the_same_file_system() => RandomCases.CheckAsync(
        Gen.Select(Stacks, Stacks, Gen.Int[0, 10_000], Gen.Int[1, 8]),
        static async random =>
        {
            var (first, second, order, threads) = random;
            var expected = await BuildAsync(first, second, arrival: null, threads: 1);
            Assert.Equal(expected, await BuildAsync(first, second, new Random(order), threads));
        },
        Cases,
        static random => $"{Describe(random.Item1)}\n==\n{Describe(random.Item2)}\norder {random.Item3}, {random.Item4} threads");

    [Fact]
    public async Task Random_layers_give_the_tree_that_overlayfs_shows()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        Assert.SkipUnless(SetAttribute.IsAvailable, SetAttribute.SkipReason);
        using var directory = new TemporaryDirectory("overlay");
        var stacks = RandomCases.Of(Stacks, Images);
        var script = new StringBuilder("set -euo pipefail\n");
        script.AppendLine(CultureInfo.InvariantCulture, $"mount -t tmpfs tmpfs {directory.FullName}; trap 'umount {directory.FullName}' EXIT");
        for (var seed = 0; seed < Images; seed++)
        {
            script.Append(Script(directory[seed.ToString(CultureInfo.InvariantCulture)], stacks[seed]));
        }

        using var scripts = new TemporaryDirectory("overlay-script");
        await File.WriteAllTextAsync(scripts["mount.sh"], script.ToString());
        var output = await Bash.RunAsync([scripts["mount.sh"]], new ToolOptions { Timeout = TimeSpan.FromMinutes(5) });
        var trees = output.Split("== next\n");
        for (var seed = 0; seed < Images; seed++)
        {
            var layers = stacks[seed];
            var expected = trees[seed].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var actual = List(Apply(layers, order: null));
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}:\n{Describe(layers)}\n{Compare(expected, actual)}");
        }
    }

    /// <summary>The lines of a root file system whose two init images arrive layer by layer, in an order that chance decides.</summary>
    private static async Task<string[]> BuildAsync(RandomLayer[] first, RandomLayer[] second, Random? arrival, int threads)
    {
        var format = new RecordingFormat();
        var config = LinuxKitConfig.Parse("init:\n  - registry.test/first:1\n  - registry.test/second:1\n", "test.yml");
        var images = new ArrivingImages(arrival, Image("registry.test/first:1", first), Image("registry.test/second:1", second));
        await new ImageBuilder(images, [format]).BuildAsync(
            config,
            new BuildOptions { Formats = [format.Name], Sbom = false, MaxParallelism = threads, AllowDirectoryReplacement = true },
            new InMemorySink(),
            progress: null,
            TestContext.Current.CancellationToken);
        return LayerModel.Lines(format.Seen!.Root);
    }

    private static InMemoryImage Image(string name, RandomLayer[] layers) => new(name, [.. layers.Select(static l => l.Build(order: null))]);

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

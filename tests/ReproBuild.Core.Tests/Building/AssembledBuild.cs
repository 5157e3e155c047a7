using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

/// <summary>Builds a configuration over images in memory and gives what a format sees.</summary>
internal static class AssembledBuild
{
    public static Task<OutputContext> RunAsync(string yaml, params InMemoryImage[] images) => RunAsync(yaml, new BuildOptions(), images);

    public static Task<OutputContext> RunAsync(string yaml, BuildOptions options, params InMemoryImage[] images) =>
        RunAsync(yaml, options, static _ => { }, images);

    public static Task<OutputContext> RunAsync(string yaml, RecordingLogger logger, params InMemoryImage[] images) =>
        RunAsync(yaml, new BuildOptions(), static _ => { }, logger, images);

    /// <summary>Looks at what a format sees while the build's files are open.</summary>
    public static Task<OutputContext> RunAsync(string yaml, BuildOptions options, Action<OutputContext> look, params InMemoryImage[] images) =>
        RunAsync(yaml, options, look, null, images);

    private static async Task<OutputContext> RunAsync(
        string yaml, BuildOptions options, Action<OutputContext> look, RecordingLogger? logger, InMemoryImage[] images)
    {
        var format = new RecordingFormat { Before = (context, token) => Task.Run(() => look(context), token) };
        var config = LinuxKitConfig.Parse(yaml, "test.yml");
        var all = options with { Formats = [format.Name], Sbom = false };
        await new ImageBuilder(new InMemoryImageSource(images), [format], logger).BuildAsync(config, all, new InMemorySink(), null, TestContext.Current.CancellationToken);
        return format.Seen!;
    }

    public static string Text(this FileTree tree, string path)
    {
        var inode = tree.Inode(path);
        var bytes = new byte[inode.Content.Length];
        inode.Content.Read(0, bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    public static Inode Inode(this FileTree tree, string path) =>
        tree.Find(path)?.Inode ?? throw new InvalidOperationException($"There is no {path} among {string.Join(' ', tree.Entries.Select(static e => e.Path))}.");

    /// <summary>Mode in octal, owner and group.</summary>
    public static string Metadata(this FileTree tree, string path)
    {
        var inode = tree.Inode(path);
        return $"{Convert.ToString((int)inode.Mode, 8)} {inode.UserId}:{inode.GroupId}";
    }
}

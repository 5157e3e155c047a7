using ReproBuild.Core.Building.Context;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Unpacks the init images at the root.</summary>
internal static class InitStage
{
    private const string PackageDatabase = "lib/apk/db/installed";

    public static void Run(BuildContext build, RootBuilder root, CancellationToken cancellationToken)
    {
        var databases = new List<Inode>();
        for (var i = 0; i < build.Config.Init.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reference = build.Config.Init[i].Image;
            var tree = build.Images.Tree(reference, cancellationToken);
            var origin = new FileOrigin(reference.ToString(), $"init[{i}]");
            ImageAdjustments.Unpack(root, ByteString.Empty, tree, origin, linkResolver: true, cancellationToken);
            root.Unpacked.Add(new UnpackedImage(reference, ""));
            if (tree.Find(PackageDatabase)?.Inode is { Type: FileType.RegularFile } database)
            {
                databases.Add(database);
            }
        }

        if (databases.Count > 1)
        {
            root.Put(PackageDatabase, Concatenate(databases), new FileOrigin("LINUXKIT.apkinit", "init"));
        }
    }

    /// <summary>Alpine's list of installed packages: each image's, followed by two newlines, with the metadata of the last image's.</summary>
    private static Inode Concatenate(List<Inode> databases)
    {
        var joined = new FileContentBuilder();
        foreach (var database in databases)
        {
            joined.Append(database.Content).Append("\n\n"u8.ToArray());
        }

        return databases[^1].WithContent(joined.Build());
    }
}

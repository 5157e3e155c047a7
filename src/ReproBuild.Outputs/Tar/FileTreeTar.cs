using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Outputs.Tar;

/// <summary>Writes a tree as a tar: tree order, a later name of an inode as a hard link to its first.</summary>
internal static class FileTreeTar
{
    public static async Task WriteAsync(FileTree tree, Stream destination, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(destination);
        foreach (var entry in tree.Entries)
        {
            var content = entry.HardLinkTarget is null ? entry.Inode.Content : FileContent.Empty;
            await writer.WriteAsync(TreeTarEntry.Create(entry, content.Length), content, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}

using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Outputs.Tar;

/// <summary>Writes a tree as a tar: tree order, a later name of an inode as a hard link to its first.</summary>
internal static class FileTreeTar
{
    /// <summary>Looks at the whole tree, and only then creates the artifact.</summary>
    /// <param name="context">The build.</param>
    /// <param name="format">What errors name.</param>
    /// <param name="suffix">The artifact's.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">A tar cannot hold an entry; there is no artifact then.</exception>
    public static async Task WriteAsync(OutputContext context, string format, string suffix, FileTree tree, CancellationToken cancellationToken)
    {
        // A tar has names of any length: where it is unpacked decides.
        TreeNames.Check(tree, maxName: int.MaxValue);
        foreach (var entry in tree.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TarWriter.Check(TreeTarEntry.Create(entry, ContentOf(entry).Length));
        }

        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await WriteAsync(tree, artifact, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(FileTree tree, Stream destination, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(destination);
        foreach (var entry in tree.Entries)
        {
            var content = ContentOf(entry);
            await writer.WriteAsync(TreeTarEntry.Create(entry, content.Length), content, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static FileContent ContentOf(FileTreeEntry entry) => entry.HardLinkTarget is null ? entry.Inode.Content : FileContent.Empty;
}

using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Compresses the files of a tree to scratch space, in tree order.</summary>
internal static class ErofsCompressor
{
    /// <returns>The files that become smaller; the others stay as they are.</returns>
    public static async Task<IReadOnlyDictionary<Inode, ErofsCompressedFile>> CompressAsync(
        FileTree tree, ErofsOptions options, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        var files = new Dictionary<Inode, ErofsCompressedFile>(ReferenceEqualityComparer.Instance);
        var blocks = await scratch.CreateAsync(
            async (stream, ct) =>
            {
                using var writer = new ErofsSegmentWriter(stream, options.MaxParallelism);
                foreach (var inode in tree.Entries.Where(IsCandidate).Select(static entry => entry.Inode))
                {
                    files.Add(inode, await writer.WriteAsync(inode.Content, ct).ConfigureAwait(false));
                }

                await writer.FlushAsync(ct).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var (inode, file) in files)
        {
            if (file.SavesSpace)
            {
                file.TakeBlocks(blocks);
            }
            else
            {
                files.Remove(inode);
            }
        }

        return files;
    }

    private static bool IsCandidate(FileTreeEntry entry) =>
        entry.Inode.Type == FileType.RegularFile && entry.HardLinkTarget is null
        && entry.Inode.Content.Length is > BlockSize and <= MaxCompressedFileSize;
}

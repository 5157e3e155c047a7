using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Rewrites any tar archive as a canonical one: equal entries give equal bytes, whatever program wrote the input.</summary>
/// <remarks>
/// Names lose <c>./</c>, a leading <c>/</c> and empty components; a root directory is called <c>./</c>. Names of owners and the PAX records
/// about the host's file system (<c>atime</c>, <c>ctime</c>, <c>SCHILY.ino</c> and the like) are dropped. The headers are
/// <see cref="TarWriter"/>'s. Rewriting a canonical archive with the same order gives the same bytes.
/// </remarks>
public static class TarRewriter
{
    /// <summary>Rewrites an archive.</summary>
    /// <param name="input">An uncompressed archive; it need not be seekable, is read to its end and stays open.</param>
    /// <param name="output">The destination; it is only written, forward, and stays open.</param>
    /// <param name="options">What to change; null for <see cref="TarRewriteOptions.Default"/>.</param>
    /// <param name="scratch">Holds the contents while entries are sorted; null for the host's directory for temporary files.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IntegrityException">The input is malformed, exceeds a limit, or contains a name with <c>..</c>.</exception>
    /// <exception cref="OutputFormatException">An extra PAX record cannot be written.</exception>
    /// <exception cref="ReproBuildException">The filter drops a hard link's target, or the scratch space cannot be written.</exception>
    public static async Task RewriteAsync(
        Stream input, Stream output, TarRewriteOptions? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        options ??= TarRewriteOptions.Default;
        using var reader = new TarReader(input, options.Limits);
        var writer = new TarWriter(output);
        var rewrite = new TarEntryRewrite(options);
        if (options.Order == TarOrder.AsIs)
        {
            await CopyAsync(reader, writer, rewrite, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            using var own = scratch is null ? new ScratchSpace() : null;
            await SortAsync(reader, writer, rewrite, scratch ?? own!, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task CopyAsync(TarReader reader, TarWriter writer, TarEntryRewrite rewrite, CancellationToken cancellationToken)
    {
        var dropped = new HashSet<ByteString>();
        while (await reader.ReadEntryAsync(cancellationToken).ConfigureAwait(false) is { } read)
        {
            var entry = TarEntryRewrite.Canonicalize(read);
            if (!rewrite.Keeps(entry))
            {
                dropped.Add(CanonicalName.PathOf(entry.Name));
                continue;
            }

            dropped.Remove(entry.Name);
            if (entry.Type == TarEntryType.HardLink && dropped.Contains(entry.LinkName))
            {
                throw new ReproBuildException(
                    $"'{entry.Name.Shown()}' is a hard link to '{entry.LinkName.Shown()}', which the filter drops: " +
                    "keep both, drop both, or sort the archive.");
            }

            await writer.WriteAsync(rewrite.Change(entry), reader.OpenContent(), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task SortAsync(
        TarReader reader, TarWriter writer, TarEntryRewrite rewrite, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        var archive = new SortedArchive();
        var contents = Blob.FromContent(await scratch.CreateAsync(SpoolAsync, cancellationToken).ConfigureAwait(false));
        foreach (var (entry, offset) in archive.Entries())
        {
            await writer.WriteAsync(rewrite.Change(entry), new FileContent(contents, offset, entry.Size), cancellationToken).ConfigureAwait(false);
        }

        async Task SpoolAsync(Stream spool, CancellationToken cancellation)
        {
            for (long offset = 0; await reader.ReadEntryAsync(cancellation).ConfigureAwait(false) is { } read; offset += read.Size)
            {
                var entry = TarEntryRewrite.Canonicalize(read);
                archive.Add(entry, rewrite.Keeps(entry), offset);
                await reader.OpenContent().CopyToAsync(spool, cancellation).ConfigureAwait(false);
            }
        }
    }
}

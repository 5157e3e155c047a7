using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>Writes content compressed by gzip, so that a cancellation ends it at any point.</summary>
internal static class GzipOutput
{
    /// <summary>Writes one gzip member, and leaves the destination open. An error or a cancellation leaves the member unfinished.</summary>
    public static async Task WriteAsync(FileContent content, Stream destination, int maxParallelism, CancellationToken cancellationToken)
    {
        var gzip = new DeterministicGzipStream(destination, leaveOpen: true, maxParallelism);
        await using (gzip.ConfigureAwait(false))
        {
            try
            {
                await content.CopyToAsync(gzip, cancellationToken).ConfigureAwait(false);
                await gzip.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Its disposal would finish the data that it was given, and wait for the destination without end.
                gzip.Abandon();
                throw;
            }
        }
    }
}

using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>Writes content compressed, so that a cancellation ends it at any point.</summary>
internal static class CompressedOutput
{
    /// <summary>Writes one compressed stream, and disposes of what compresses it. An error or a cancellation leaves the stream unfinished.</summary>
    public static async Task WriteAsync(FileContent content, DeterministicCompressionStream compressed, CancellationToken cancellationToken)
    {
        await using (compressed.ConfigureAwait(false))
        {
            try
            {
                await content.CopyToAsync(compressed, cancellationToken).ConfigureAwait(false);
                await compressed.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Its disposal would finish the data that it was given, and wait for the destination without end.
                compressed.Abandon();
                throw;
            }
        }
    }
}

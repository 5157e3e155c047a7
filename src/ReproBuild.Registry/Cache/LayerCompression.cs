namespace ReproBuild.Registry.Cache;

/// <summary>Uncompresses layers. The first bytes tell how, since the media types of real images do not always.</summary>
internal static class LayerCompression
{
    private const int MagicLength = 6;

    /// <summary>Opens the uncompressed content.</summary>
    /// <param name="compressed">The layer.</param>
    /// <param name="magic">Its first bytes, up to <see cref="ReadMagicAsync"/>'s length.</param>
    /// <exception cref="IntegrityException">It is compressed in a way that the OCI image specification does not have.</exception>
    public static Stream Open(Stream compressed, ReadOnlySpan<byte> magic) => magic switch
    {
        // RFC 1952, 2.3.1.
        [0x1F, 0x8B, ..] => new GzipInput(compressed),

        // RFC 8878, 3.1.1 and 3.1.2: a frame, or a skippable frame before one.
        [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] =>
            new ZstdInput(compressed),
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => throw Unsupported("xz"),
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] => throw Unsupported("bzip2"),
        _ => compressed,
    };

    /// <summary>Reads the first bytes of a seekable stream and goes back.</summary>
    public static async Task<byte[]> ReadMagicAsync(Stream stream, CancellationToken cancellationToken)
    {
        var magic = new byte[MagicLength];
        var count = await stream.ReadAtLeastAsync(magic, MagicLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        return magic[..count];
    }

    private static IntegrityException Unsupported(string name) =>
        new($"it is compressed with {name}, which the OCI image specification does not have; build the image with gzip or zstd layers");
}

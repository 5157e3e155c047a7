using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using SharpCompress.Compressors.ZStandard;
using SharpCompress.Compressors.ZStandard.Unsafe;

namespace ReproBuild.Registry.Transport;

/// <summary>Codings of a body that a server or a proxy applies although only <c>identity</c> is asked for (RFC 9110, section 8.4).</summary>
/// <remarks>
/// Digests and sizes are those of the content without them. A label that the first bytes contradict is not believed: storage servers
/// put <c>gzip</c> on what is not, and <c>aws-chunked</c> on what they no longer chunk.
/// </remarks>
internal static class ContentCoding
{
    private const int MagicLength = 4;

    // RFC 9659, section 3: a window of at most 8 MiB, so a frame cannot make us keep more.
    private const int ZstandardWindowLog = 23;

    /// <summary>The codings of an answer's body in the order they were applied, in lower case; those that mean nothing left out.</summary>
    public static ImmutableArray<string> Of(HttpResponseMessage message) =>
    [
        .. Values(message.Content.Headers, "Content-Encoding").Where(static name => name is not ("identity" or "aws-chunked")),
        .. Values(message.Headers, "Transfer-Encoding").Where(static name => name is not ("identity" or "chunked")),
    ];

    /// <summary>Whether all of them can be undone.</summary>
    public static bool CanUndo(ImmutableArray<string> codings) =>
        codings.All(static name => name is "gzip" or "x-gzip" or "deflate" or "br" or "zstd");

    /// <summary>The content without its codings; how much of it is read is for the caller to limit.</summary>
    public static async Task<Stream> UndoAsync(Stream body, ImmutableArray<string> codings, CancellationToken cancellationToken)
    {
        foreach (var name in codings.Reverse())
        {
            // The reader looks at the first bytes without taking them.
            var reader = PipeReader.Create(body);
            var start = await reader.ReadAtLeastAsync(MagicLength, cancellationToken).ConfigureAwait(false);
            var magic = start.Buffer.Slice(0, Math.Min(MagicLength, start.Buffer.Length)).ToArray();
            reader.AdvanceTo(start.Buffer.Start);
            body = Undo(reader.AsStream(), name, magic);
        }

        return body;
    }

    /// <summary>Whether the error means that the bytes are not what their coding says.</summary>
    public static bool IsDamage(Exception error) => error is InvalidDataException or InvalidOperationException or ZstdException;

    private static Stream Undo(Stream coded, string name, byte[] magic) => (name, magic) switch
    {
        // RFC 1952, section 2.3.1.
        ("gzip" or "x-gzip", [0x1F, 0x8B, ..]) => new GZipStream(coded, CompressionMode.Decompress),

        // RFC 8878, sections 3.1.1 and 3.1.2.
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..]) => Zstandard(coded),

        // RFC 9110, section 8.4.1.2: the zlib format (RFC 1950, section 2.2), but some servers send the bare deflate format.
        ("deflate", [var method, var flags, ..]) when (method & 0x0F) == 8 && ((method << 8) + flags) % 31 == 0 =>
            new ZLibStream(coded, CompressionMode.Decompress),
        ("deflate", [_, ..]) => new DeflateStream(coded, CompressionMode.Decompress),
#pragma warning disable RS0030 // It only uncompresses, which has one right result.
        ("br", [_, ..]) => new BrotliStream(coded, CompressionMode.Decompress),
#pragma warning restore RS0030
        _ => coded,
    };

    private static DecompressionStream Zstandard(Stream coded)
    {
        var decoder = new DecompressionStream(coded, leaveOpen: false);
        decoder.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstandardWindowLog);
        return decoder;
    }

    private static IEnumerable<string> Values(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var lines)
            ? lines.SelectMany(static line => line.Split(','))
                .Select(static value => value.Trim().ToLowerInvariant()).Where(static value => value.Length > 0)
            : [];
}

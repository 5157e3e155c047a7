using System.Buffers;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Writes a tar archive whose bytes depend only on its entries.</summary>
/// <remarks>
/// <para>
/// Every entry has a ustar header, and before it a PAX header if the entry does not fit into ustar: a name that is long or not ASCII, a
/// large id, size or device number, a time before 1970, after 2242 or with a fraction, extended attributes, other PAX records. The PAX
/// header is named <c>PaxHeaders.0/NAME</c>, cut off at 100 bytes; its mode is 0644 and its owner and time are 0. Its records are ordered
/// by keyword. <c>atime</c> and <c>ctime</c> are never written. Names that are not UTF-8 come with <c>hdrcharset=BINARY</c>.
/// </para>
/// <para>
/// A directory's name ends in a slash, which is added if it is missing. Sparse files are written with their holes as zeros. The archive
/// ends with two blocks of zeros and is not padded to a record of 10,240 bytes.
/// </para>
/// </remarks>
public sealed class TarWriter
{
    private const int CopyBufferSize = 128 * 1024;
    private const int EndBlocks = 2;

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _headers = new();
    private readonly ArrayBufferWriter<byte> _records = new();
    private bool _completed;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">The destination; it is only written, forward, and stays open.</param>
    public TarWriter(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Checks whether an entry can be written, before an archive is begun.</summary>
    /// <exception cref="OutputFormatException">It cannot; the message names the entry and the reason.</exception>
    public static void Check(TarEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        TarEntryRules.Check(entry);
    }

    /// <summary>Writes an entry without content: anything except a regular file, or an empty one.</summary>
    /// <exception cref="OutputFormatException">The entry cannot be written; nothing of it has been.</exception>
    public Task WriteAsync(TarEntry entry, CancellationToken cancellationToken = default) =>
        WriteAsync(entry, Stream.Null, cancellationToken);

    /// <summary>Writes an entry with its content, read from the stream's current position to its end.</summary>
    /// <exception cref="OutputFormatException">
    /// The entry cannot be written, and nothing of it has been; or the content is not <see cref="TarEntry.Size"/> bytes long, and the
    /// archive is useless.
    /// </exception>
    public async Task WriteAsync(TarEntry entry, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(content);
        ObjectDisposedException.ThrowIf(_completed, this);
        TarEntryRules.Check(entry);
        entry = entry with { Name = NameOf(entry) };
        EncodeHeaders(entry);
        await _output.WriteAsync(_headers.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _headers.ResetWrittenCount();
        if (entry.Size > 0 || content != Stream.Null)
        {
            await CopyAsync(entry, content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes an entry with its content.</summary>
    /// <exception cref="OutputFormatException">The entry cannot be written, or its size is not the content's; nothing of it has been.</exception>
    public async Task WriteAsync(TarEntry entry, FileContent content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length != entry.Size)
        {
            throw TarEntryRules.Error(entry, $"its content has {content.Length} bytes, and the entry says {entry.Size}");
        }

        var stream = content.OpenRead();
        await using (stream.ConfigureAwait(false))
        {
            await WriteAsync(entry, stream, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the archive. Nothing can be written after it.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        _completed = true;
        await _output.WriteAsync(new byte[EndBlocks * TarFields.BlockSize], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The headers of an entry, for an archive that is composed and not written; its content follows in whole blocks of 512 bytes.</summary>
    /// <exception cref="OutputFormatException">The entry cannot be written.</exception>
    internal static byte[] EncodeHeadersOf(TarEntry entry)
    {
        TarEntryRules.Check(entry);
        var writer = new TarWriter(Stream.Null);
        writer.EncodeHeaders(entry with { Name = NameOf(entry) });
        return writer._headers.WrittenSpan.ToArray();
    }

    private static ByteString NameOf(TarEntry entry) => entry.Type == TarEntryType.Directory && !entry.Name.Span.EndsWith("/"u8)
        ? ByteString.Concat(entry.Name, new ByteString("/"u8))
        : entry.Name;

    private void EncodeHeaders(TarEntry entry)
    {
        foreach (var record in PaxRequirements.Of(entry))
        {
            PaxRecordEncoder.Write(_records, record);
        }

        var size = _records.WrittenCount;
        if (size > 0)
        {
            UstarHeader.WritePax(TakeZeros(TarFields.BlockSize), entry.Name, size);
            _headers.Write(_records.WrittenSpan);
            TakeZeros(TarFields.PaddingOf(size));
            _records.ResetWrittenCount();
        }

        UstarHeader.Write(TakeZeros(TarFields.BlockSize), entry);
    }

    private Span<byte> TakeZeros(int count)
    {
        var zeros = _headers.GetSpan(count)[..count];
        zeros.Clear();
        _headers.Advance(count);
        return zeros;
    }

    private async Task CopyAsync(TarEntry entry, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(entry.Size, TarFields.BlockSize, CopyBufferSize));
        try
        {
            long copied = 0;
            for (int count; (count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                copied += count;
                if (copied > entry.Size)
                {
                    break;
                }

                await _output.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            if (copied != entry.Size)
            {
                throw TarEntryRules.Error(
                    entry, $"its content has {(copied > entry.Size ? "at least " : "")}{copied} bytes, and the entry says {entry.Size}");
            }

            var padding = TarFields.PaddingOf(copied);
            buffer.AsSpan(0, padding).Clear();
            await _output.WriteAsync(buffer.AsMemory(0, padding), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

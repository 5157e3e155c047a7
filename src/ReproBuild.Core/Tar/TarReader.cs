using System.Buffers;

namespace ReproBuild.Core.Tar;

/// <summary>Reads a tar archive once, forward: v7, ustar, PAX and GNU headers, sparse files of every version.</summary>
/// <remarks>
/// <para>
/// Names and extended attributes are bytes and stay unchanged when they are not UTF-8. Memory is bounded by the limits. Disposing the
/// reader leaves the stream open.
/// </para>
/// <para>
/// Global PAX records apply to every entry after them, except <c>comment</c>. A GNU volume label is skipped. An unknown type flag is an
/// error. Two blocks of zeros end the archive; one, or none, is tolerated at the end of the stream. Anything after the end is read and
/// ignored.
/// </para>
/// </remarks>
public sealed class TarReader : IDisposable
{
    private readonly ArchiveInput _input;
    private readonly InputLimits _limits;
    private readonly bool _keepsOthers;
    private readonly ArchiveBudget _budget;
    private readonly GlobalPaxRecords _global;
    private readonly TarBlockReader _blocks;
    private readonly SparseFileReader _sparseFiles;
    private TarEntry? _current;
    private TarEntry? _last;
    private TarContentStream? _content;
    private long _dataRemaining;
    private int _padding;
    private bool _ended;

    /// <summary>Creates a reader over an uncompressed archive.</summary>
    /// <param name="stream">The archive; it need not be seekable, and stays open.</param>
    /// <param name="limits">What the archive must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    public TarReader(Stream stream, InputLimits? limits = null)
        : this(stream, limits, keepsOthers: true)
    {
    }

    /// <param name="stream">The archive.</param>
    /// <param name="limits">What the archive must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="keepsOthers">Whether <see cref="TarEntry.PaxRecords"/> is wanted; otherwise it is empty, and takes no memory.</param>
    internal TarReader(Stream stream, InputLimits? limits, bool keepsOthers)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _limits = limits ?? InputLimits.Default;
        _input = new ArchiveInput(stream, _limits.MaxArchiveSize);
        _keepsOthers = keepsOthers;
        _budget = new ArchiveBudget(_limits);
        _global = new GlobalPaxRecords(_limits, keepsOthers);
        _blocks = new TarBlockReader(_input);
        _sparseFiles = new SparseFileReader(_input, _blocks);
    }

    /// <summary>Goes to the next entry, skipping the rest of the current one's content.</summary>
    /// <returns>The entry, or null at the end of the archive; the stream has then been read to its end.</returns>
    /// <exception cref="IntegrityException">The archive is malformed, or exceeds a limit; the message says at which byte.</exception>
    public async ValueTask<TarEntry?> ReadEntryAsync(CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            return null;
        }

        await SkipDataAsync(cancellationToken).ConfigureAwait(false);
        var extended = new ExtendedHeaders(_limits, _keepsOthers);
        while (await _blocks.ReadHeaderAsync(cancellationToken).ConfigureAwait(false) is { } header)
        {
            if (TarTypeFlags.IsExtension(header.TypeFlag))
            {
                await ReadExtensionAsync(header, extended, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var entry = await ReadEntryAsync(header, extended, cancellationToken).ConfigureAwait(false);
            _budget.Add(entry, _global.Attributes, header.Location with { Name = entry.Name });
            return _last = _current = entry.SharingWith(_last);
        }

        extended.EnsureNone();
        _ended = true;
        await _input.SkipAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>The content of the current entry: <see cref="TarEntry.Size"/> bytes, holes as zeros; empty if it is not a regular file.</summary>
    /// <returns>A forward-only stream for asynchronous reading, valid until the next entry is read; every call returns the same one.</returns>
    /// <exception cref="InvalidOperationException">There is no current entry.</exception>
    public Stream OpenContent() =>
        _content ??= new TarContentStream(this, _current ?? throw new InvalidOperationException("Read an entry first."));

    /// <summary>Returns the buffer; the stream stays open.</summary>
    public void Dispose()
    {
        _ended = true;
        (_current, _content) = (null, null);
        _input.Dispose();
    }

    internal async ValueTask<int> ReadDataAsync(TarEntry entry, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(entry, _current))
        {
            throw new InvalidOperationException($"The content of '{entry.Name.Shown()}' can no longer be read: the reader is past it.");
        }

        var count = await _input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _dataRemaining -= count;
        return count > 0 ? count : throw new TarLocation(_input.Position, entry.Name).Malformed("it ends inside a file");
    }

    private async ValueTask SkipDataAsync(CancellationToken cancellationToken)
    {
        var skipped = await _input.SkipAsync(_dataRemaining, cancellationToken).ConfigureAwait(false);
        if (skipped < _dataRemaining)
        {
            throw new TarLocation(_input.Position, _current?.Name ?? default).Malformed("it ends inside a file");
        }

        // Nothing is missing when the stream ends inside the padding.
        await _input.SkipAsync(_padding, cancellationToken).ConfigureAwait(false);
        (_current, _content, _dataRemaining, _padding) = (null, null, 0, 0);
    }

    private async ValueTask ReadExtensionAsync(TarHeader header, ExtendedHeaders extended, CancellationToken cancellationToken)
    {
        var (flag, location, size) = (header.TypeFlag, header.Location, header.Size);
        if (flag == TarTypeFlags.GnuVolumeLabel)
        {
            (_dataRemaining, _padding) = (size, TarFields.PaddingOf(size));
            await SkipDataAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (flag == TarTypeFlags.PaxGlobal)
        {
            _global.Reserve(size, location);
        }
        else
        {
            extended.Reserve(size, location);
        }

        var data = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            await ReadExactlyAsync(data.AsMemory(0, (int)size), location, cancellationToken).ConfigureAwait(false);
            Take(flag, data.AsSpan(0, (int)size), location, extended);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }

        await _input.SkipAsync(TarFields.PaddingOf(size), cancellationToken).ConfigureAwait(false);
    }

    private void Take(byte flag, ReadOnlySpan<byte> data, TarLocation location, ExtendedHeaders extended)
    {
        if (flag == TarTypeFlags.PaxGlobal)
        {
            _global.Add(data, location);
        }
        else
        {
            extended.Add(flag, data, location);
        }
    }

    private async ValueTask ReadExactlyAsync(Memory<byte> destination, TarLocation location, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            var count = await _input.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
            destination = count > 0 ? destination[count..] : throw location.Malformed("it ends inside an extended header");
        }
    }

    private async ValueTask<TarEntry> ReadEntryAsync(TarHeader header, ExtendedHeaders extended, CancellationToken cancellationToken)
    {
        _budget.Begin(header.Location);
        var pax = _global.Attributes.With(extended.Records, header.Location);
        var sparse = PaxSparseRecords.From(extended.Records, header.Location);
        var entry = TarEntryFactory.Create(header, pax, sparse, extended);
        var location = header.Location with { Name = entry.Name };
        TarEntryFactory.Check(entry, _limits, location);
        (_dataRemaining, _padding) = (entry.Size, TarFields.PaddingOf(entry.Size));
        if (entry.Type != TarEntryType.RegularFile)
        {
            return entry with { Size = 0, DataOffset = _input.Position };
        }

        (entry, _dataRemaining) = header.TypeFlag == TarTypeFlags.GnuSparseFile
            ? await _sparseFiles.ReadGnuAsync(entry, header, extended, location, cancellationToken).ConfigureAwait(false)
            : sparse is not null
                ? await _sparseFiles.ReadPaxAsync(entry, sparse, extended, location, cancellationToken).ConfigureAwait(false)
                : (entry with { DataOffset = _input.Position }, entry.Size);
        TarEntryFactory.Check(entry, _limits, location);
        return entry;
    }
}

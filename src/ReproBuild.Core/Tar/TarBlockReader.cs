namespace ReproBuild.Core.Tar;

/// <summary>Reads an archive in blocks of 512 bytes.</summary>
internal sealed class TarBlockReader(ArchiveInput input)
{
    private readonly byte[] _block = new byte[TarFields.BlockSize];

    /// <summary>The last block read.</summary>
    public ReadOnlySpan<byte> Block => _block;

    /// <summary>The next header; null at the end of the archive.</summary>
    public async ValueTask<TarHeader?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var offset = input.Position;
        if (!await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (Block.ContainsAnyExcept((byte)0))
        {
            return new TarHeader(_block, offset);
        }

        if (await ReadAsync(cancellationToken).ConfigureAwait(false) && Block.ContainsAnyExcept((byte)0))
        {
            throw new TarLocation(offset).Malformed("one block of zeros stands between entries");
        }

        return null;
    }

    /// <summary>Reads a block; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var count = await input.FillAsync(TarFields.BlockSize, cancellationToken).ConfigureAwait(false);
        if (count is > 0 and < TarFields.BlockSize)
        {
            throw new TarLocation(input.Position).Malformed("it ends inside a block");
        }

        input.Buffered[..count].CopyTo(_block);
        input.Advance(count);
        return count > 0;
    }
}

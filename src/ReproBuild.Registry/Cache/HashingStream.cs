using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Cache;

/// <summary>Hashes what is read through it.</summary>
internal sealed class HashingStream(Stream inner, ContentHash hash) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        hash.Append(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        hash.Append(buffer.Span[..count]);
        return count;
    }
}

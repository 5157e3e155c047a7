using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>Counts what the layers of one image have together against the limits on sums, since all their indexes are in memory at once.</summary>
internal sealed class LayerTotals(InputLimits limits)
{
    private readonly Lock _lock = new();
    private long _entries;
    private long _metadata;
    private long _holes;
    private long _size;

    /// <summary>Counts a layer; safe for concurrent use.</summary>
    /// <exception cref="IntegrityException">The layers have too much together; the message names this one and the limit.</exception>
    public void Add(Layer layer, CancellationToken cancellationToken)
    {
        long metadata = 0;
        long holes = 0;
        foreach (var entry in layer.Index.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            metadata += MetadataSize.Of(entry, PaxAttributes.None);
            holes += MetadataSize.HolesOf(entry);
        }

        lock (_lock)
        {
            Check(layer, _entries += layer.Index.Entries.Length, limits.MaxTreeEntries, "entries", nameof(InputLimits.MaxTreeEntries));
            Check(layer, _size += layer.Archive.Length, limits.MaxImageSize, "bytes", nameof(InputLimits.MaxImageSize));
            Check(
                layer, _metadata += metadata, limits.MaxMetadataSize, "bytes of names and attributes", nameof(InputLimits.MaxMetadataSize));
            Check(layer, _holes += holes, limits.MaxHoleSize, "bytes in holes of sparse files", nameof(InputLimits.MaxHoleSize));
        }
    }

    private static void Check(Layer layer, long count, long limit, string what, string name)
    {
        if (count > limit)
        {
            throw new IntegrityException(
                $"With layer {layer.DiffId} the layers of the image have {count} {what} together, more than {limit} (limit {name}).");
        }
    }
}

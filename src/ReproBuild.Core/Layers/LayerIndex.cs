using System.Collections.Immutable;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>The entries of an uncompressed layer, in archive order, each with the place of its data.</summary>
public sealed class LayerIndex
{
    /// <summary>Creates an index over entries already read.</summary>
    public LayerIndex(ImmutableArray<TarEntry> entries) => Entries = entries;

    /// <summary>The entries, in archive order.</summary>
    public ImmutableArray<TarEntry> Entries { get; }
}

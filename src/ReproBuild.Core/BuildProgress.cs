namespace ReproBuild;

/// <summary>The phases of a build, in order.</summary>
public enum BuildPhase
{
    /// <summary>References are resolved to digests.</summary>
    Resolve,

    /// <summary>Layers are fetched.</summary>
    Fetch,

    /// <summary>The root file system is assembled.</summary>
    Assemble,

    /// <summary>Artifacts are written.</summary>
    Write,
}

/// <summary>A report of progress. Reports may come from several threads, in any order.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Item">The image or output format being worked on; while the root is assembled, the build's name.</param>
/// <param name="Completed">How many bytes of the item are done; 0 when it begins, and throughout <see cref="BuildPhase.Assemble"/>.</param>
/// <param name="Total">
/// How many bytes the item has, or null when that is not known, as always in <see cref="BuildPhase.Assemble"/> and <see cref="BuildPhase.Write"/>.
/// </param>
/// <param name="IsFinished">Whether the item is done.</param>
public sealed record BuildProgress(BuildPhase Phase, string Item, long Completed, long? Total, bool IsFinished);

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

/// <summary>A report of progress.</summary>
/// <remarks>
/// Each item has a report when it begins and, if it succeeds, one when it is done; between them at most about ten a second. Those of an item come
/// one after the other, from whichever thread, and never decrease; those of different items may come at once.
/// </remarks>
/// <param name="Phase">The phase.</param>
/// <param name="Item">The image or output format being worked on; while the root is assembled, the build's name.</param>
/// <param name="Completed">
/// How many bytes of the item are done: 0 when it begins, and <paramref name="Total"/>, if that is known, when it is done. In
/// <see cref="BuildPhase.Fetch"/> bytes of compressed layers that are there; in <see cref="BuildPhase.Write"/> bytes of the root's files that were
/// read for the format, also where formats share the work; in the other phases 0.
/// </param>
/// <param name="Total">
/// How many bytes the item has; null in <see cref="BuildPhase.Resolve"/> and <see cref="BuildPhase.Assemble"/>, and where it is not known. In
/// <see cref="BuildPhase.Write"/> the size of all files of the root, each once, times <see cref="IOutputFormat.RootReads"/>.
/// </param>
/// <param name="IsFinished">Whether the item is done.</param>
public sealed record BuildProgress(BuildPhase Phase, string Item, long Completed, long? Total, bool IsFinished);

using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The order in which <see cref="TarRewriter"/> writes entries.</summary>
public enum TarOrder
{
    /// <summary>The order of the input; duplicates are kept.</summary>
    AsIs,

    /// <summary>
    /// Byte order of the paths' components, parents first, each path once: the last entry with a path wins. The first name of a hard-linked
    /// file, in this order, has the content.
    /// </summary>
    Sorted,
}

/// <summary>What <see cref="TarRewriter"/> does with modification times.</summary>
public enum TarTimes
{
    /// <summary>They stay.</summary>
    Keep,

    /// <summary>Those later than <see cref="TarRewriteOptions.Epoch"/> become it.</summary>
    Clamp,

    /// <summary>All become <see cref="TarRewriteOptions.Epoch"/>.</summary>
    Fix,
}

/// <summary>The numeric owner of an entry.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The group id.</param>
public readonly record struct TarOwner(uint UserId, uint GroupId);

/// <summary>What <see cref="TarRewriter"/> changes.</summary>
public sealed record TarRewriteOptions
{
    /// <summary>The defaults.</summary>
    public static TarRewriteOptions Default { get; } = new();

    /// <summary>The order of the entries.</summary>
    /// <value>Default <see cref="TarOrder.AsIs"/>, which needs no temporary file.</value>
    public TarOrder Order { get; init; } = TarOrder.AsIs;

    /// <summary>What happens to modification times.</summary>
    /// <value>Default <see cref="TarTimes.Keep"/>.</value>
    public TarTimes Times { get; init; } = TarTimes.Keep;

    /// <summary>The time that <see cref="Times"/> refers to.</summary>
    /// <value>Default 1492533000 (2017-04-18T16:30:00Z), as in LinuxKit.</value>
    public FileTime Epoch { get; init; } = new(1492533000);

    /// <summary>Computes an entry's new owner from its old one, such as <c>_ => new TarOwner(0, 0)</c>; names of owners are always dropped.</summary>
    /// <value>Default null: the ids stay.</value>
    public Func<TarOwner, TarOwner>? MapOwner { get; init; }

    /// <summary>A directory that is put in front of every name and every hard link's target; no entry is made for it.</summary>
    /// <value>Default empty.</value>
    public ByteString Prefix { get; init; }

    /// <summary>Whether an entry stays. It is called with the canonical name, before any other change.</summary>
    /// <value>Default null: every entry stays.</value>
    public Func<TarEntry, bool>? Filter { get; init; }

    /// <summary>PAX records that every entry gets, in place of its own with the same keyword.</summary>
    /// <value>Default none.</value>
    public ImmutableArray<PaxRecord> PaxRecords { get; init; } = [];

    /// <summary>What the input must not exceed.</summary>
    /// <value>Default <see cref="InputLimits.Default"/>.</value>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}

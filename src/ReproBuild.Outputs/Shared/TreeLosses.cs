using System.Globalization;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>Tells what a format leaves out of a tree or changes in it: the one policy of all formats, in the same words.</summary>
/// <remarks>
/// It is about what an image can do without. What it cannot do without, such as names and contents, each format refuses by its own limits.
/// </remarks>
internal static class TreeLosses
{
    /// <summary>How many losses of a kind are named; the others are counted.</summary>
    private const int MaxNamed = 5;

    private static readonly ByteString[] PosixAcls = ["system.posix_acl_access", "system.posix_acl_default"];

    /// <summary>Warns of every loss, or refuses the tree. To be called before the first byte is written.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="holdings">What the format holds.</param>
    /// <param name="isStrict">Whether a loss is an error.</param>
    /// <param name="logger">Gets the warnings; null for none.</param>
    /// <exception cref="OutputFormatException">There is a loss, and <paramref name="isStrict"/> is true.</exception>
    public static void Report(FileTree tree, TreeHoldings holdings, bool isStrict, ILogger? logger)
    {
        if (!isStrict && logger is null)
        {
            return;
        }

        var kinds = Find(tree, holdings);
        if (isStrict && kinds.Count > 0)
        {
            throw Refusal(kinds, holdings);
        }

        foreach (var (kind, (named, count)) in kinds)
        {
            foreach (var loss in named)
            {
                OutputLog.Lost(logger!, loss.Entry.Path.Shown(), loss.What, holdings.Format);
            }

            if (count > named.Count)
            {
                OutputLog.LostMore(logger!, count - named.Count, Plural(kind), holdings.Format);
            }
        }
    }

    private static SortedDictionary<LossKind, (List<Loss> Named, int Count)> Find(FileTree tree, TreeHoldings holdings)
    {
        var kinds = new SortedDictionary<LossKind, (List<Loss> Named, int Count)>();
        foreach (var loss in tree.Entries.Prepend(tree.Root).SelectMany(entry => Of(entry, holdings)))
        {
            var (named, count) = kinds.TryGetValue(loss.Kind, out var known) ? known : ([], 0);
            if (count < NamedOf(loss.Kind))
            {
                named.Add(loss);
            }

            kinds[loss.Kind] = (named, count + 1);
        }

        return kinds;
    }

    // Nearly every file of an image has a fraction that few formats hold: one name tells as much as five.
    private static int NamedOf(LossKind kind) => kind == LossKind.TimeFraction ? 1 : MaxNamed;

    private static IEnumerable<Loss> Of(FileTreeEntry entry, TreeHoldings holdings)
    {
        var inode = entry.Inode;
        if (!holdings.HasSpecialFiles && inode.Type is not (FileType.RegularFile or FileType.Directory))
        {
            return [new(LossKind.SpecialFile, entry, $"is left out, since it is a {inode.Type}")];
        }

        // An inode with several names is looked at by its first.
        return entry.HardLinkTarget is not { } first
            ? [.. OfAttributes(entry, holdings), .. OfTime(entry, holdings), .. OfOwner(entry, holdings)]
            : holdings.HasHardLinks ? []
            : [new(LossKind.HardLink, entry, $"becomes a file of its own instead of a hard link to '/{first.Path.Shown()}'")];
    }

    private static IEnumerable<Loss> OfAttributes(FileTreeEntry entry, TreeHoldings holdings) =>
        entry.Inode.ExtendedAttributes.Where(attribute => !holdings.HoldsAttribute(attribute.Name)).Select(attribute =>
            PosixAcls.Contains(attribute.Name)
                ? new Loss(LossKind.PosixAcl, entry, $"loses its POSIX ACL {attribute.Name.Shown()}")
                : new Loss(LossKind.ExtendedAttribute, entry, $"loses its extended attribute {attribute.Name.Shown()}"));

    private static IEnumerable<Loss> OfTime(FileTreeEntry entry, TreeHoldings holdings)
    {
        var time = entry.Inode.ModificationTime;
        var held = holdings.Time(time);
        return held == time ? []
            : held.Seconds == time.Seconds ? [new(LossKind.TimeFraction, entry, "loses the fraction of its time")]
            : [new(LossKind.Time, entry, string.Create(
                CultureInfo.InvariantCulture, $"gets the time {held.Seconds} instead of {time.Seconds} (seconds since 1970)"))];
    }

    private static IEnumerable<Loss> OfOwner(FileTreeEntry entry, TreeHoldings holdings)
    {
        var inode = entry.Inode;
        if (holdings.HasOwners)
        {
            yield break;
        }

        if ((inode.UserId, inode.GroupId) != (0, 0))
        {
            yield return new Loss(LossKind.Owner, entry, $"loses its owner {inode.UserId}:{inode.GroupId}");
        }

        if (inode.Mode != Inode.DefaultDirectoryMode && (inode.IsDirectory || inode.Mode != Inode.DefaultFileMode))
        {
            yield return new Loss(LossKind.Mode, entry, $"loses its mode {Convert.ToString((int)inode.Mode, 8)}");
        }
    }

    private static OutputFormatException Refusal(SortedDictionary<LossKind, (List<Loss> Named, int Count)> kinds, TreeHoldings holdings)
    {
        var named = kinds.Values.SelectMany(static kind => kind.Named).Take(MaxNamed).ToList();
        var more = kinds.Values.Sum(static kind => kind.Count) - named.Count;
        var list = string.Join("; ", named.Select(loss => $"'/{loss.Entry.Path.Shown()}' {loss.What}, which {holdings.Format} cannot hold"));
        return new OutputFormatException(
            $"{list}{(more > 0 ? $"; and {more} more losses" : "")}. Change the files, choose another format, or accept losses: " +
            "leave strictness off (OutputOptions.Strict or Strict of an image writer's options).");
    }

    private static string Plural(LossKind kind) => kind switch
    {
        LossKind.PosixAcl => "POSIX ACLs",
        LossKind.ExtendedAttribute => "extended attributes",
        LossKind.Time => "times",
        LossKind.TimeFraction => "fractions of times",
        LossKind.Owner => "owners",
        LossKind.Mode => "modes",
        LossKind.HardLink => "hard links",
        _ => "special files",
    };

    /// <summary>In the order of the messages.</summary>
    private enum LossKind
    {
        PosixAcl,
        ExtendedAttribute,
        Time,
        TimeFraction,
        Owner,
        Mode,
        HardLink,
        SpecialFile,
    }

    // The path is made for the few that are named.
    private sealed record Loss(LossKind Kind, FileTreeEntry Entry, string What);
}

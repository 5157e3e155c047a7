using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Fat;

/// <summary>How a FAT volume is written.</summary>
public sealed class FatOptions
{
    /// <summary>The volume serial number; <see cref="IdentifierDerivation"/> derives one from what the volume holds.</summary>
    public required uint SerialNumber { get; init; }

    /// <summary>The label: up to 11 characters of ASCII without <c>"*+,./:;&lt;=&gt;?[\]|</c>, stored in upper case.</summary>
    /// <value>Default <c>LINUXKIT</c>. Empty for none.</value>
    public string Label { get; init; } = "LINUXKIT";

    /// <summary>The size of the volume in bytes: a multiple of 512, up to 2 TiB.</summary>
    /// <value>Default null: as small as the content and <see cref="MinSize"/> allow, a multiple of 1 MiB.</value>
    public long? Size { get; init; }

    /// <summary>What the volume has at least, in bytes, when no <see cref="Size"/> is given: up to 2 TiB.</summary>
    /// <remarks>
    /// 34 MiB (35,651,584) are enough for FAT32, which UEFI asks of a system partition on a fixed disk (UEFI 2.10, section 13.3.1.1).
    /// </remarks>
    /// <value>Default 0: what the content needs.</value>
    public long MinSize { get; init; }

    /// <summary>How many 512-byte sectors of the disk lie before the volume.</summary>
    /// <value>Default 0.</value>
    public uint HiddenSectors { get; init; }

    /// <summary>The time of the label entry, in seconds since 1970-01-01T00:00:00Z; files have their own.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <summary>
    /// Whether what FAT has no place for is an error. Else it is left out or changed, with a warning to
    /// <see cref="Logger"/>; docs/formats.md tells what that is.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <summary>Gets a warning of what is left out or changed, with the path.</summary>
    /// <value>Default null: nothing is told.</value>
    public ILogger? Logger { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        const string Forbidden = "\"*+,./:;<=>?[\\]|";
        if (Size is { } size && (size <= 0 || size % FatConstants.SectorSize != 0 || size > FatConstants.MaxSize))
        {
            throw new InvalidOptionException(
                "FatOptions.Size",
                $"FatOptions.Size {size} is not a multiple of {FatConstants.SectorSize} from {FatConstants.SectorSize} to {FatConstants.MaxSize}.");
        }

        if (MinSize is < 0 or > FatConstants.MaxSize)
        {
            throw new InvalidOptionException("FatOptions.MinSize", $"FatOptions.MinSize {MinSize} is not from 0 to {FatConstants.MaxSize}.");
        }

        if (Label.Length > FatNames.ShortLength || Label.Any(static c => c is < ' ' or > '~' || Forbidden.Contains(c, StringComparison.Ordinal)))
        {
            throw new InvalidOptionException(
                "FatOptions.Label", $"FatOptions.Label '{Label}' is longer than {FatNames.ShortLength} characters or holds one that a label cannot.");
        }
    }
}

/// <summary>A FAT12, FAT16 or FAT32 volume; the type follows from the size, as firmware computes it.</summary>
public static class FatImage
{
    /// <summary>Composes the volume; file contents are taken by reference, nothing is read or copied.</summary>
    /// <remarks>
    /// Files lie in one run of clusters each. Owners, modes and extended attributes are left out, hard links become files of their own, and times
    /// are kept in steps of two seconds from 1980 to 2107.
    /// </remarks>
    /// <param name="tree">Only directories and regular files; hard links become files of their own.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The tree holds what FAT cannot: another type of file, a name that is not UTF-8, too long or equal to another but for its case, a file of
    /// 4 GiB or more; or the volume is too small; or something would be lost, and the options are strict.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, FatOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => FatVolume.Create(tree, options, cancellationToken).Content, cancellationToken);
    }
}

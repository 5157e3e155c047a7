using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>How to build. Two builds with equal options, configurations and images give the same bytes.</summary>
public sealed record BuildOptions
{
    /// <summary>The time LinuxKit gives to the files its build makes: 2017-04-18T16:30:00Z, in seconds since 1970-01-01T00:00:00Z.</summary>
    public const long LinuxKitEpoch = 1492533000;

    /// <summary>What Go calls the architectures of Linux (<c>go tool dist list</c>).</summary>
    private static readonly ImmutableArray<string> Architectures =
    [
        "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x",
    ];

    private readonly ValueArray<string> _formats = new(["kernel+initrd"]);
    private readonly ValueMap _formatNames;

    /// <summary>The names of the output formats to write: at least one; a name given twice counts once.</summary>
    /// <value>Default <c>kernel+initrd</c>, as in LinuxKit.</value>
    public ImmutableArray<string> Formats
    {
        get => _formats.Items;
        init => _formats = new(value);
    }

    /// <summary>The base name of the artifacts: not empty, <c>.</c> or <c>..</c>, and without slash, backslash or NUL.</summary>
    /// <value>Default <c>linuxkit</c>.</value>
    public string Name { get; init; } = "linuxkit";

    /// <summary>
    /// Other base names for some of <see cref="Formats"/>, by format, so that one build can write formats whose artifacts have the same
    /// names, such as <c>vhd</c> and <c>dynamic-vhd</c>. Every format named here must be one of <see cref="Formats"/>; the names follow the rules of
    /// <see cref="Name"/>.
    /// </summary>
    /// <value>Default empty: every format uses <see cref="Name"/>.</value>
    public ImmutableSortedDictionary<string, string> FormatNames
    {
        get => _formatNames.Items;
        init => _formatNames = new(value);
    }

    /// <summary>
    /// The architecture to build for, as Go names it: <c>amd64</c>, <c>arm64</c> and so on, not <c>x86_64</c> or <c>aarch64</c>. It selects
    /// images from indexes; an image without an index is taken as it is.
    /// </summary>
    /// <value>Default <c>amd64</c>, on every host: the host's own architecture must not change an output.</value>
    public string Architecture { get; init; } = "amd64";

    /// <summary>The time of entries that the build makes and of every format's headers, in seconds since 1970-01-01T00:00:00Z.</summary>
    /// <value>Default <see cref="LinuxKitEpoch"/>. 0 to 4294967295.</value>
    public long SourceDateEpoch { get; init; } = LinuxKitEpoch;

    /// <summary>Whether files from images that are newer than <see cref="SourceDateEpoch"/> get that time.</summary>
    /// <value>Default false: files from images keep their time.</value>
    public bool ClampModificationTimes { get; init; }

    /// <summary>
    /// Whether the kernel is unpacked before it is written: a file that is compressed as a whole, the payload of a bzImage, or what an EFI zboot
    /// image holds.
    /// </summary>
    /// <value>Default false.</value>
    public bool DecompressKernel { get; init; }

    /// <summary>Whether <c>sbom.spdx.json</c> is written, merged from the images' attestations.</summary>
    /// <value>Default true, as in LinuxKit.</value>
    public bool Sbom { get; init; } = true;

    /// <summary>
    /// Whether identical regular files of different containers (content, mode, owner, time and extended attributes) become hard links, which makes an
    /// image smaller whose containers share layers. Only what lies below the overlay of a writable container takes part, since nothing is
    /// written there at run time: not the root file system, volumes, or containers with a read-only root. A program in a container may see that such
    /// a file has several links.
    /// </summary>
    /// <value>Default false: every container has files of its own, as in LinuxKit.</value>
    public bool Deduplicate { get; init; }

    /// <summary>The size of disk images in bytes.</summary>
    /// <value>
    /// Default null: as small as the content and the readers of the format allow. More than 0, and a multiple of 512; of 64 KiB for VMDK, of 1 MiB,
    /// from 20 MiB on, for VHD, of 1 GiB for Google; 36 MiB and more for what UEFI starts. A size that a format cannot have is an
    /// <see cref="OutputFormatException"/>; formats without a disk ignore it.
    /// </value>
    public long? DiskSize { get; init; }

    /// <summary>Whether a later image may replace an earlier image's directory with something else, or the other way round.</summary>
    /// <value>Default false: it is an error that names both sources. LinuxKit loses the directory silently.</value>
    public bool AllowDirectoryReplacement { get; init; }

    /// <summary>The directory that relative <c>source</c> paths in <c>files</c> start from.</summary>
    /// <value>Default null: the current directory of the process, as in LinuxKit.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>The directory for temporary files; a build with disk images needs room there. It never affects an output.</summary>
    /// <value>Default null: the host's directory for temporary files.</value>
    public string? ScratchDirectory { get; init; }

    /// <summary>
    /// How many images are fetched at once, how many formats are written at once, and how many threads each of them compresses with. It never
    /// affects an output. Formats use at most 32 threads, or fewer where each needs a lot of memory.
    /// </summary>
    /// <value>Default null: as many as the host has processors. At least 1.</value>
    public int? MaxParallelism { get; init; }

    /// <summary>Limits on what is read from images.</summary>
    /// <value>Default <see cref="InputLimits.Default"/>.</value>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    internal int EffectiveParallelism
    {
        get
        {
            // Bounds concurrent work only: formats and compressors give the same bytes with any number of threads (tested with 1 to 8).
#pragma warning disable RS0030
            return MaxParallelism ?? Environment.ProcessorCount;
#pragma warning restore RS0030
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Formats.IsEmpty)
        {
            throw Invalid(nameof(Formats), "is empty: name at least one output format, such as kernel+initrd.");
        }

        CheckFileName(nameof(Name), Name);
        foreach (var (format, name) in FormatNames)
        {
            CheckFileName($"{nameof(FormatNames)}[{format}]", name);
        }

        if (!Architectures.Contains(Architecture))
        {
            var meant = Architecture switch { "x86_64" => "amd64", "aarch64" => "arm64", _ => NameSuggestion.For(Architecture ?? "", Architectures) };
            var hint = meant is null ? "" : $" (did you mean {meant}?)";
            throw Invalid(
                nameof(Architecture),
                $"'{Architecture.Shown()}' is not an architecture of Linux as Go names it{hint}: give one of {string.Join(", ", Architectures)}.");
        }

        if (SourceDateEpoch is < 0 or > uint.MaxValue)
        {
            throw Invalid(nameof(SourceDateEpoch), $"{SourceDateEpoch} is not between 0 and {uint.MaxValue}.");
        }

        if (MaxParallelism < 1)
        {
            throw Invalid(nameof(MaxParallelism), $"{MaxParallelism} is less than 1.");
        }

        if (DiskSize <= 0)
        {
            throw Invalid(nameof(DiskSize), $"{DiskSize} is not positive.");
        }
    }

    /// <param name="option">The property.</param>
    /// <param name="problem">What follows the option's name in the message.</param>
    internal static InvalidOptionException Invalid(string option, string problem) =>
        new($"{nameof(BuildOptions)}.{option}", $"{nameof(BuildOptions)}.{option} {problem}");

    private static void CheckFileName(string option, string name)
    {
        if (string.IsNullOrEmpty(name) || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl))
        {
            throw Invalid(
                option, $"'{name.Shown()}' is not a file name: it must not be empty, '.' or '..', or contain a slash or a control character.");
        }
    }
}

using System.CommandLine.Parsing;
using System.CommandLine;

namespace ReproBuild.Cli;

/// <summary>The options of <c>build</c>: their names, checks and values.</summary>
internal sealed class BuildCommandOptions
{
    private static readonly BuildOptions Defaults = new();

    public Argument<string[]> Configurations { get; } = new("CONFIG")
    {
        Description = "Configuration files, merged in order; '-' is standard input.",
        Arity = ArgumentArity.OneOrMore,
        Validators = { RejectUnknownOptions },
    };

    private Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Write nothing but results and errors." };

    private Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Log every step, and give stack traces." };

    private Option<FormatRequest[]> Formats { get; } = new("--format", "-f")
    {
        Description = "Output formats, separated by commas, each with another base name for its files if need be; may be given again.",
        HelpName = "FORMAT[=NAME],...",
        DefaultValueFactory = static _ => [.. Defaults.Formats.Select(static format => new FormatRequest(format, Name: null))],
        CustomParser = ParseFormats,
    };

    private Option<string> Directory { get; } = new("--dir")
    {
        Description = "Where the files go.", HelpName = "DIR", DefaultValueFactory = static _ => ".",
    };

    private Option<string?> Name { get; } = new("--name")
    {
        Description = "The base name of the files; by default that of the last configuration.", HelpName = "NAME",
    };

    private Option<string> Architecture { get; } = new("--arch")
    {
        Description = "The architecture to build for, as Go names it: amd64, arm64.", HelpName = "ARCH", DefaultValueFactory = static _ => Defaults.Architecture,
    };

    private Option<string> Cache { get; } = new("--cache")
    {
        Description = "Where images are kept between builds.", HelpName = "DIR", DefaultValueFactory = static _ => CacheLocation.Default(),
    };

    private Option<string?> OciLayout { get; } = new("--oci-layout")
    {
        Description = "Take images from this OCI layout, and none from a registry.", HelpName = "DIR",
    };

    private Option<RegistryMirror[]> Mirrors { get; } = new("--mirror")
    {
        Description = "Ask URL before registry R; may be given again.", HelpName = "R=URL", CustomParser = ParseMirrors,
    };

    private Option<string[]> CertificateAuthorities { get; } = new("--ca-cert")
    {
        Description = "A PEM file of certificate authorities to trust as well; may be given again.", HelpName = "FILE",
    };

    private Option<bool> NoSbom { get; } = new("--no-sbom") { Description = "Leave sbom.spdx.json out." };

    private Option<bool> DecompressKernel { get; } = new("--decompress-kernel") { Description = "Unpack the kernel." };

    private Option<long?> Size { get; } = new("--size")
    {
        Description = "The size of disk images, such as 512M or 1G; by default as small as the content needs.",
        HelpName = "SIZE",
        CustomParser = ParseSize,
    };

    private Option<string?> UefiStub { get; } = new("--uefi-stub")
    {
        Description = "The UEFI stub of unified kernel images, such as systemd's; by default ReproBuild's own.", HelpName = "FILE",
    };

    private Option<string?> RaspberryPiFirmware { get; } = new("--rpi-firmware")
    {
        Description = "The directory with the Raspberry Pi's firmware and U-Boot, for rpi3.", HelpName = "DIR",
    };

    private Option<string?> RaspberryPiFirmwareImage { get; } = new("--rpi-firmware-image")
    {
        Description = "The image with the Raspberry Pi's firmware and U-Boot, instead of a directory.", HelpName = "IMAGE",
    };

    private Option<bool> Pull { get; } = new("--pull") { Description = "Ask the registry for every tag, even when the cache knows it." };

    private Option<bool> DryRun { get; } = new("--dry-run") { Description = "Resolve the images and name the files, but build nothing." };

    /// <summary>Which options contradict each other, or null.</summary>
    public string? Contradiction(CommandResult result) =>
        result.GetValue(Quiet) && result.GetValue(Verbose) ? "-q and -v contradict each other: give one of them."
        : result.GetValue(RaspberryPiFirmware) is not null && result.GetValue(RaspberryPiFirmwareImage) is not null
            ? "--rpi-firmware and --rpi-firmware-image contradict each other: give one of them."
        : null;

    public IEnumerable<Option> All =>
    [
        Formats, Directory, Name, Architecture, Cache, OciLayout, Mirrors, CertificateAuthorities,
        NoSbom, DecompressKernel, Size, UefiStub, RaspberryPiFirmware, RaspberryPiFirmwareImage, Pull, DryRun, Quiet, Verbose,
    ];

    public BuildArguments Bind(ParseResult parsed)
    {
        var configurations = parsed.GetRequiredValue(Configurations);
        var formats = parsed.GetRequiredValue(Formats);
        return new BuildArguments
        {
            Configurations = [.. configurations],
            Formats = [.. formats.Select(static request => request.Format)],
            FormatNames = FormatRequest.Names(formats),
            Directory = parsed.GetRequiredValue(Directory),
            Name = parsed.GetValue(Name) ?? ArtifactName.From(configurations),
            Architecture = parsed.GetRequiredValue(Architecture),
            CacheDirectory = parsed.GetRequiredValue(Cache),
            OciLayout = parsed.GetValue(OciLayout),
            Mirrors = [.. parsed.GetValue(Mirrors) ?? []],
            CertificateAuthorities = [.. parsed.GetValue(CertificateAuthorities) ?? []],
            Sbom = !parsed.GetValue(NoSbom),
            DecompressKernel = parsed.GetValue(DecompressKernel),
            Size = parsed.GetValue(Size),
            UefiStub = parsed.GetValue(UefiStub),
            RaspberryPiFirmware = parsed.GetValue(RaspberryPiFirmware),
            RaspberryPiFirmwareImage = parsed.GetValue(RaspberryPiFirmwareImage),
            Pull = parsed.GetValue(Pull),
            DryRun = parsed.GetValue(DryRun),
            Verbosity = parsed.GetValue(Quiet) ? Verbosity.Quiet : parsed.GetValue(Verbose) ? Verbosity.Verbose : Verbosity.Normal,
        };
    }

    private static void RejectUnknownOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(static t => t.Value.StartsWith('-') && t.Value != ConfigurationLoader.StandardInput))
        {
            result.AddError($"There is no option '{token.Value}'.");
        }
    }

    private static FormatRequest[]? ParseFormats(ArgumentResult result)
    {
        var known = StandardOutputFormats.All.Select(static f => f.Name).ToList();
        var requests = result.Tokens.SelectMany(static t => FormatRequest.ParseList(t.Value)).ToArray();
        var unknown = requests.FirstOrDefault(request => !known.Contains(request.Format));
        if (unknown is not null || requests.Length == 0)
        {
            result.AddError($"--format: there is no output format '{unknown?.Format}'. Known formats: {string.Join(", ", known)}.");
            return null;
        }

        if (FormatRequest.FindContradiction(requests) is { } contradiction)
        {
            result.AddError($"--format: '{contradiction}' is given with different names. One build writes a format once: give it one name, or build again.");
            return null;
        }

        return requests;
    }

    private static RegistryMirror[]? ParseMirrors(ArgumentResult result)
    {
        try
        {
            return [.. result.Tokens.Select(static t => RegistryMirror.Parse(t.Value))];
        }
        catch (FormatException e)
        {
            result.AddError("--mirror: " + e.Message);
            return null;
        }
    }

    private static long? ParseSize(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (DiskSize.TryParse(text, out var bytes))
        {
            return bytes;
        }

        result.AddError($"--size: '{text}' is not a size. Write a positive whole number with M or G, such as 512M or 1G.");
        return null;
    }
}

using System.Collections.Immutable;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.SquashFs;

namespace ReproBuild.Cli;

/// <summary>The flags of <c>build</c>, in the order of the help. A new flag is an item here.</summary>
internal static class BuildFlags
{
    private static readonly BuildRequest Defaults = BuildRequest.For([BuildRequest.StandardInput]);

    public static ImmutableArray<Flag> All { get; } = [.. Artifacts, .. Contents, .. Formats, .. Images, .. Network, .. Run];

    /// <summary>Pairs of flags of which only one can be given.</summary>
    public static ImmutableArray<(string One, string Other)> Contradictions { get; } =
    [
        ("--quiet", "--verbose"),
        ("--offline", "--pull"),
        ("--rpi-firmware", "--rpi-firmware-image"),
    ];

    private static ImmutableArray<Flag> Artifacts =>
    [
        Flag.List("--format", "FORMAT[=NAME],...", "Output formats, each with its own base name for its files if you like; may be given again."
            + $" [default: {string.Join(',', Defaults.Build.Formats)}]", FormatRequest.ParseAll,
            static (r, v) => r with { Build = r.Build with { Formats = FormatRequest.Formats(v), FormatNames = FormatRequest.Names(v) } }, "-f")
            .Sets("BuildOptions.Formats", "BuildOptions.FormatNames"),
        Flag.Text("--dir", "DIR", "Where the files go. [default: .]", static (r, v) => r with { Directory = v }),
        Flag.Text("--name", "NAME", "The base name of the files; by default that of the last configuration.",
            static (r, v) => r with { Build = r.Build with { Name = v } }).Sets("BuildOptions.Name"),
        Flag.Switch("--dry-run", "Resolve the images and name the files, but build nothing.", static r => r with { DryRun = true }),
    ];

    private static ImmutableArray<Flag> Contents =>
    [
        Flag.Text("--arch", "ARCH", $"The architecture to build for, as Go names it: amd64, arm64. [default: {Defaults.Build.Architecture}]",
            static (r, v) => r with { Build = r.Build with { Architecture = v } }).Sets("BuildOptions.Architecture"),
        Flag.Switch("--no-sbom", "Leave sbom.spdx.json out.", static r => r with { Build = r.Build with { Sbom = false } })
            .Sets("BuildOptions.Sbom"),
        Flag.Switch("--decompress-kernel", "Unpack the kernel.", static r => r with { Build = r.Build with { DecompressKernel = true } })
            .Sets("BuildOptions.DecompressKernel"),
        Flag.Switch("--allow-directory-replacement",
            "Let a later image replace an earlier one's directory by something else, or the other way round.",
            static r => r with { Build = r.Build with { AllowDirectoryReplacement = true } }).Sets("BuildOptions.AllowDirectoryReplacement"),
        Flag.Switch("--deduplicate", "Make identical files of several containers hard links, for a smaller image; no change of one shows in another.",
            static r => r with { Build = r.Build with { Deduplicate = true } }).Sets("BuildOptions.Deduplicate"),
        Flag.Value("--source-date-epoch", "SECONDS", "The time of what the build makes, in seconds since 1970-01-01T00:00:00Z."
            + $" [default: {BuildOptions.LinuxKitEpoch}]", FlagValue.WholeNumber,
            static (r, v) => r with { Build = r.Build with { SourceDateEpoch = v } }).Sets("BuildOptions.SourceDateEpoch"),
        Flag.Switch("--clamp-mtime", "Give files from images that are newer than --source-date-epoch that time.",
            static r => r with { Build = r.Build with { ClampModificationTimes = true } }).Sets("BuildOptions.ClampModificationTimes"),
        Flag.Text("--working-dir", "DIR", "Where relative 'source' paths of 'files' start; by default the current directory.",
            static (r, v) => r with { Build = r.Build with { WorkingDirectory = v } }).Sets("BuildOptions.WorkingDirectory"),
    ];

    private static ImmutableArray<Flag> Formats =>
    [
        Flag.Value("--size", "SIZE", "The size of disk images, such as 512M or 1G; by default as small as the content needs.", FlagValue.DiskSize,
            static (r, v) => r with { Build = r.Build with { DiskSize = v } }).Sets("BuildOptions.DiskSize"),
        Flag.Text("--uefi-stub", "FILE", "The UEFI stub of unified kernel images, such as systemd's; by default ReproBuild's own.",
            static (r, v) => r with { UefiStub = v }).Sets("OutputOptions.UefiStub"),
        Flag.Text("--iso-root-device", "DEVICE", "The root device of iso-bios and iso-efi when the command line names none; by default /dev/sr0.",
            static (r, v) => r with { IsoRootDevice = v }).Sets("OutputOptions.IsoRootDevice"),
        Flag.Switch("--no-joliet", "Leave Windows' names (Joliet) out of ISO 9660 volumes.", static r => r with { IsoJoliet = false })
            .Sets("OutputOptions.IsoJoliet"),
        Flag.Switch("--strict", "Refuse what a format would lose, such as POSIX ACLs in SquashFS, instead of warning of it.",
            static r => r with { Strict = true }).Sets("OutputOptions.Strict"),
        Flag.Value("--initrd-compression", "NAME",
            $"How initrds are compressed, which the kernel must be able to read: {FlagValue.Names<InitrdCompression>()}. [default: gzip]",
            FlagValue.OneOf<InitrdCompression>, static (r, v) => r with { InitrdCompression = v })
            .Sets("OutputOptions.InitrdCompression"),
        Flag.Value("--compression-effort", "NAME",
            $"How much time gzip and zstd take to make files smaller: {FlagValue.Names<CompressionEffort>()}. [default: default]",
            FlagValue.OneOf<CompressionEffort>, static (r, v) => r with { CompressionEffort = v })
            .Sets("OutputOptions.CompressionEffort"),
        Flag.Value("--squashfs-compression", "NAME",
            $"How kernel+squashfs compresses: {FlagValue.Names<SquashFsCompression>()}. [default: gzip]",
            FlagValue.OneOf<SquashFsCompression>, static (r, v) => r with { SquashFsCompression = v })
            .Sets("OutputOptions.SquashFsCompression"),
        Flag.Value("--erofs-compression", "NAME",
            $"How kernel+erofs compresses: {FlagValue.Names<ErofsCompression>()}. [default: none]",
            FlagValue.OneOf<ErofsCompression>, static (r, v) => r with { ErofsCompression = v })
            .Sets("OutputOptions.ErofsCompression"),
        Flag.Text("--rpi-firmware", "DIR", "The directory with the Raspberry Pi's firmware and U-Boot, for rpi3.",
            static (r, v) => r with { RaspberryPiFirmware = v }).Sets("OutputOptions.RaspberryPiFirmware"),
        Flag.Text("--rpi-firmware-image", "IMAGE", "The image with the Raspberry Pi's firmware and U-Boot, instead of a directory.",
            static (r, v) => r with { RaspberryPiFirmwareImage = v }).Sets("OutputOptions.RaspberryPiFirmware"),
    ];

    private static ImmutableArray<Flag> Images =>
    [
        Flag.Text("--oci-layout", "DIR", "Take images from this OCI layout, and none from a registry.", static (r, v) => r with { OciLayout = v }),
        Flag.Text("--cache", "DIR", $"Where images are kept between builds. [default: {Defaults.Registry.CacheDirectory}]",
            static (r, v) => r with { Registry = r.Registry with { CacheDirectory = v } }).Sets("RegistryOptions.CacheDirectory"),
        Flag.Switch("--pull", "Ask the registry for every tag, even when the cache knows it.",
            static r => r with { Registry = r.Registry with { AlwaysPull = true } }).Sets("RegistryOptions.AlwaysPull"),
        Flag.Switch("--offline", "Use only the cache, never the network.", static r => r with { Registry = r.Registry with { Offline = true } })
            .Sets("RegistryOptions.Offline"),
        Flag.List("--mirror", "REGISTRY=URL", "Ask URL before the registry; may be given again.", FlagValue.Mirrors,
            static (r, v) => r with { Registry = r.Registry with { Mirrors = v } }).Sets("RegistryOptions.Mirrors"),
        Flag.Value("--max-piece-cache", "SIZE",
            "How much the cache keeps of compressed parts of artifacts, which later builds take again, such as 512M or 8G; 0 for nothing."
            + $" [default: {Defaults.Registry.MaxPieceCacheSize >> 30}G]",
            FlagValue.Size, static (r, v) => r with { Registry = r.Registry with { MaxPieceCacheSize = v } })
            .Sets("RegistryOptions.MaxPieceCacheSize"),
        Flag.Switch("--no-docker-credentials", "Do not look up credentials in Docker's config.json and its credential helpers.",
            static r => r with { Registry = r.Registry with { UseDockerCredentials = false } }).Sets("RegistryOptions.UseDockerCredentials"),
        Flag.Text("--docker-config", "DIR", "The directory of Docker's config.json; by default $DOCKER_CONFIG, else ~/.docker.",
            static (r, v) => r with { Registry = r.Registry with { DockerConfigDirectory = v } }).Sets("RegistryOptions.DockerConfigDirectory"),
        Flag.List("--ca-cert", "FILE", "A PEM file of certificate authorities to trust as well; may be given again.", FlagValue.Texts,
            static (r, v) => r with { Registry = r.Registry with { CertificateAuthorityFiles = v } })
            .Sets("RegistryOptions.CertificateAuthorityFiles"),
        Flag.List("--plain-http", "HOST[:PORT]", "A registry that speaks plain HTTP although it is on another machine; may be given again.",
            FlagValue.Texts, static (r, v) => r with { Registry = r.Registry with { PlainHttpRegistries = v } })
            .Sets("RegistryOptions.PlainHttpRegistries"),
    ];

    private static ImmutableArray<Flag> Network =>
    [
        Flag.Value("--connect-timeout", "SECONDS",
            $"How long connecting to a registry may take. [default: {FlagValue.Show(Defaults.Registry.ConnectTimeout)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { ConnectTimeout = v } })
            .Sets("RegistryOptions.ConnectTimeout"),
        Flag.Value("--response-timeout", "SECONDS",
            $"How long a registry may be silent. [default: {FlagValue.Show(Defaults.Registry.ResponseTimeout)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { ResponseTimeout = v } })
            .Sets("RegistryOptions.ResponseTimeout"),
        Flag.Value("--request-timeout", "SECONDS",
            "How long a request may take as a whole, with its redirects, tokens and retries, until its document or the first byte of its blob is"
            + $" there. [default: {FlagValue.Show(Defaults.Registry.RequestTimeout)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { RequestTimeout = v } })
            .Sets("RegistryOptions.RequestTimeout"),
        Flag.Value("--min-rate", "BYTES",
            $"How many bytes a second a body must bring on average; 0 for no limit. [default: {Defaults.Registry.MinimumRate}]",
            FlagValue.Count, static (r, v) => r with { Registry = r.Registry with { MinimumRate = v } }).Sets("RegistryOptions.MinimumRate"),
        Flag.Value("--rate-window", "SECONDS",
            $"The time over which --min-rate is measured. [default: {FlagValue.Show(Defaults.Registry.RateWindow)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { RateWindow = v } }).Sets("RegistryOptions.RateWindow"),
        Flag.Value("--retries", "N", $"How often a request is repeated that failed for a passing reason. [default: {Defaults.Registry.MaxRetries}]",
            FlagValue.Count, static (r, v) => r with { Registry = r.Registry with { MaxRetries = v } }).Sets("RegistryOptions.MaxRetries"),
        Flag.Value("--retry-delay", "SECONDS", "The wait before the first retry; each further one is twice as long."
            + $" [default: {FlagValue.Show(Defaults.Registry.RetryDelay)}]", FlagValue.Seconds,
            static (r, v) => r with { Registry = r.Registry with { RetryDelay = v } }).Sets("RegistryOptions.RetryDelay"),
        Flag.Value("--max-retry-delay", "SECONDS",
            $"The longest wait before a retry. [default: {FlagValue.Show(Defaults.Registry.MaxRetryDelay)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { MaxRetryDelay = v } }).Sets("RegistryOptions.MaxRetryDelay"),
        Flag.Value("--max-resumes", "N",
            $"How often the download of one blob is resumed after its connection broke. [default: {Defaults.Registry.MaxResumes}]",
            FlagValue.Count, static (r, v) => r with { Registry = r.Registry with { MaxResumes = v } }).Sets("RegistryOptions.MaxResumes"),
        Flag.Value("--mirror-pause", "SECONDS",
            $"How long a mirror that failed is left alone. [default: {FlagValue.Show(Defaults.Registry.MirrorPause)}]",
            FlagValue.Seconds, static (r, v) => r with { Registry = r.Registry with { MirrorPause = v } }).Sets("RegistryOptions.MirrorPause"),
        Flag.Value("--max-concurrent-downloads", "N",
            $"How many requests one host gets at once. [default: {Defaults.Registry.MaxConcurrentDownloads}]",
            FlagValue.Count, static (r, v) => r with { Registry = r.Registry with { MaxConcurrentDownloads = v } })
            .Sets("RegistryOptions.MaxConcurrentDownloads"),
    ];

    private static ImmutableArray<Flag> Run =>
    [
        Flag.Value("--timeout", "SECONDS", "How long everything may take; then it is stopped and nothing is written. By default there is no limit.",
            FlagValue.SomeSeconds, static (r, v) => r with { Timeout = v }),
        Flag.Value("--threads", "N", "How many images are fetched, formats written and blocks compressed at once; by default one per processor.",
            FlagValue.Count, static (r, v) => r with { Build = r.Build with { MaxParallelism = v } }).Sets("BuildOptions.MaxParallelism"),
        Flag.Text("--scratch", "DIR", "Where temporary files go; by default the host's directory for them.",
            static (r, v) => r with { Build = r.Build with { ScratchDirectory = v } }).Sets("BuildOptions.ScratchDirectory"),
        Flag.List("--limit", "NAME=VALUE",
            $"Another limit on what is read; may be given again. Limits: {string.Join(", ", Limit.Names)}.", Limit.ParseAll,
            static (r, v) => r.WithLimits(Limit.Apply(v))).Sets("BuildOptions.Limits", "RegistryOptions.Limits"),
        Flag.Switch("--quiet", "Write nothing but results and errors.", static r => r with { Verbosity = Verbosity.Quiet }, "-q"),
        Flag.Switch("--verbose", "Log every step, and give stack traces.", static r => r with { Verbosity = Verbosity.Verbose }, "-v"),
    ];
}

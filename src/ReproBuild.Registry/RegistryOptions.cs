using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild;

/// <summary>How images are fetched from registries and where they are kept.</summary>
/// <remarks>
/// Nothing here changes the bytes of an output whose images are pinned by digest; <see cref="AlwaysPull"/>, <see cref="Offline"/> and
/// <see cref="Mirrors"/> decide what a tag means. Two objects with equal contents are equal, lists included.
/// </remarks>
public sealed record RegistryOptions
{
    internal const long DefaultPieceCacheSize = 4L << 30;

    // What the framework's timers can wait.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(24);

    private readonly ValueArray<RegistryMirror> _mirrors = new([]);
    private readonly ValueArray<string> _certificateAuthorityFiles = new([]);
    private readonly ValueArray<string> _plainHttpRegistries = new([]);

    /// <summary>The directory of the content-addressed cache; it is made when it is missing, and several processes may share it.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Whether only the cache is used, never the network.</summary>
    /// <value>Default false.</value>
    public bool Offline { get; init; }

    /// <summary>Whether the registry is asked what a tag means now, even when the cache knows what it meant before.</summary>
    /// <value>Default false: a tag that the cache has resolved keeps its digest.</value>
    public bool AlwaysPull { get; init; }

    /// <summary>Places to try before a registry itself, in this order.</summary>
    /// <value>Default empty.</value>
    public ImmutableArray<RegistryMirror> Mirrors
    {
        get => _mirrors.Items;
        init => _mirrors = new(value);
    }

    /// <summary>PEM files of certificate authorities to trust in addition to those the host trusts.</summary>
    /// <value>Default empty.</value>
    public ImmutableArray<string> CertificateAuthorityFiles
    {
        get => _certificateAuthorityFiles.Items;
        init => _certificateAuthorityFiles = new(value);
    }

    /// <summary>Registries, as <c>host[:port]</c>, that speak plain HTTP although they are on another machine.</summary>
    /// <value>Default empty: only <c>localhost</c>, 127.0.0.0/8 and ::1 are asked over HTTP.</value>
    public ImmutableArray<string> PlainHttpRegistries
    {
        get => _plainHttpRegistries.Items;
        init => _plainHttpRegistries = new(value);
    }

    /// <summary>Whether credentials are looked up as Docker does: in its <c>config.json</c> and the credential helpers named there.</summary>
    /// <value>Default true.</value>
    public bool UseDockerCredentials { get; init; } = true;

    /// <summary>The directory of Docker's <c>config.json</c>.</summary>
    /// <value>Default null: what <c>DOCKER_CONFIG</c> names, else <c>.docker</c> in the user's home directory.</value>
    public string? DockerConfigDirectory { get; init; }

    /// <summary>How many requests one host gets at the same time.</summary>
    /// <value>Default 4. At least 1.</value>
    public int MaxConcurrentDownloads { get; init; } = 4;

    /// <summary>How long making a connection may take.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a registry may be silent: before it answers, and between two pieces of a body.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a request may take as a whole, with its redirects, tokens and retries: until its manifest or token is there, or the first byte
    /// of its blob. The wait for one of <see cref="MaxConcurrentDownloads"/> places does not count.
    /// </summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many bytes a second a body must bring on average over <see cref="RateWindow"/>; a slower one counts as broken.</summary>
    /// <value>Default 1,024. At least 0, which is no limit.</value>
    public int MinimumRate { get; init; } = 1024;

    /// <summary>The time over which <see cref="MinimumRate"/> is measured; only the time spent waiting for the body counts.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the download of one blob from one server is resumed in all after its connection broke.</summary>
    /// <value>Default 1,000. At least 0.</value>
    public int MaxResumes { get; init; } = 1000;

    /// <summary>
    /// How long a mirror is left alone after it could not be reached, failed or served wrong content, so that only one request waits for that.
    /// </summary>
    /// <value>Default 1 hour. Zero asks it every time.</value>
    public TimeSpan MirrorPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often a request that failed for a passing reason is repeated, and a download resumed that brought less than a sixteenth of the blob
    /// and less than 1 MiB.
    /// </summary>
    /// <value>Default 4. At least 0.</value>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The wait before the first retry; each further wait is twice as long.</summary>
    /// <value>Default 500 milliseconds.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a retry. A registry that asks for a longer one in <c>Retry-After</c> is not asked again.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Limits on what is read from registries.</summary>
    /// <value>Default <see cref="InputLimits.Default"/>.</value>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>
    /// How many bytes of compressed parts of artifacts the cache keeps, so that a later build compresses only what is new. What was not used for
    /// longest is deleted first. It never changes an output.
    /// </summary>
    /// <value>Default 4 GiB. 0 keeps nothing.</value>
    public long MaxPieceCacheSize { get; init; } = DefaultPieceCacheSize;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">A value is out of its range; the message names the option and the range.</exception>
    internal void Validate()
    {
        Require(!string.IsNullOrEmpty(CacheDirectory), nameof(CacheDirectory), "is empty: name a directory that can be written");
        Require(!(Offline && AlwaysPull), nameof(Offline), "and RegistryOptions.AlwaysPull exclude each other: set only one of them");
        RequireRange(MaxConcurrentDownloads >= 1, nameof(MaxConcurrentDownloads), MaxConcurrentDownloads, "at least 1");
        RequireTime(nameof(ConnectTimeout), ConnectTimeout);
        RequireTime(nameof(ResponseTimeout), ResponseTimeout);
        RequireTime(nameof(RequestTimeout), RequestTimeout);
        RequireTime(nameof(RateWindow), RateWindow);
        RequireRange(MinimumRate >= 0, nameof(MinimumRate), MinimumRate, "at least 0");
        RequireRange(MaxResumes >= 0, nameof(MaxResumes), MaxResumes, "at least 0");
        RequireRange(MirrorPause >= TimeSpan.Zero && MirrorPause <= LongestTime, nameof(MirrorPause), MirrorPause, "between zero and 24 days");
        RequireRange(MaxRetries >= 0, nameof(MaxRetries), MaxRetries, "at least 0");
        RequireRange(RetryDelay >= TimeSpan.Zero, nameof(RetryDelay), RetryDelay, "at least zero");
        RequireRange(MaxRetryDelay >= RetryDelay, nameof(MaxRetryDelay), MaxRetryDelay, "at least RegistryOptions.RetryDelay");
        RequireRange(MaxRetryDelay <= LongestTime, nameof(MaxRetryDelay), MaxRetryDelay, "at most 24 days");
        RequireRange(MaxPieceCacheSize >= 0, nameof(MaxPieceCacheSize), MaxPieceCacheSize, "at least 0");
        Require(Limits is not null, nameof(Limits), "is null: leave it out for the default");
        foreach (var mirror in Mirrors)
        {
            var problem = mirror.FindProblem();
            Require(problem is null, nameof(Mirrors), $"has a mirror of '{mirror.Registry.Shown()}' that is not valid: {problem}");
        }
    }

    private static void RequireTime(string option, TimeSpan value) =>
        RequireRange(value > TimeSpan.Zero && value <= LongestTime, option, value, "more than zero and at most 24 days");

    private static void RequireRange<T>(bool condition, string option, T value, string range)
        where T : IFormattable =>
        Require(condition, option, $"is {value.ToString(null, CultureInfo.InvariantCulture)}; it must be {range}");

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition)
        {
            var name = $"{nameof(RegistryOptions)}.{option}";
            throw new InvalidOptionException(name, $"{name} {problem}.");
        }
    }
}

using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>How images are fetched from registries and where they are kept.</summary>
/// <remarks>
/// Nothing here changes the bytes of an output whose images are pinned by digest; <see cref="AlwaysPull"/>, <see cref="Offline"/> and <see cref="Mirrors"/> decide
/// what a tag means.
/// </remarks>
public sealed record RegistryOptions
{
    /// <summary>The directory of the content-addressed cache; it is made when it is missing, and several processes may share it.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Whether only the cache is asked and the network never.</summary>
    /// <value>Default false.</value>
    public bool Offline { get; init; }

    /// <summary>Whether the registry is asked what a tag means now, even when the cache knows what it meant before.</summary>
    /// <value>Default false: a tag that the cache has resolved keeps its digest.</value>
    public bool AlwaysPull { get; init; }

    /// <summary>Places to try before a registry itself, in this order.</summary>
    /// <value>Default empty.</value>
    public ImmutableArray<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>PEM files of certificate authorities to trust beside those the host trusts.</summary>
    /// <value>Default empty.</value>
    public ImmutableArray<string> CertificateAuthorityFiles { get; init; } = [];

    /// <summary>Registries, as <c>host[:port]</c>, that speak plain HTTP although they are not on this machine.</summary>
    /// <value>Default empty: only <c>localhost</c>, 127.0.0.0/8 and ::1 are asked over HTTP.</value>
    public ImmutableArray<string> PlainHttpRegistries { get; init; } = [];

    /// <summary>Whether credentials are looked up as Docker does: in its <c>config.json</c> and the credential helpers that names.</summary>
    /// <value>Default true.</value>
    public bool UseDockerCredentials { get; init; } = true;

    /// <summary>The directory of Docker's <c>config.json</c>.</summary>
    /// <value>Default null: what <c>DOCKER_CONFIG</c> names, else <c>.docker</c> in the user's home directory.</value>
    public string? DockerConfigDirectory { get; init; }

    /// <summary>How many requests one host gets at the same time.</summary>
    /// <value>Default 4. At least 1.</value>
    public int MaxConcurrentDownloads { get; init; } = 4;

    /// <summary>How long a connection may take to be made.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a registry may be silent: before it answers, and between two pieces of a body.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that failed for a passing reason is made again, and a broken download is resumed without any progress.</summary>
    /// <value>Default 4. At least 0.</value>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The wait before the first retry; every further one is twice as long.</summary>
    /// <value>Default 500 milliseconds.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a retry. A registry that asks for a longer one in <c>Retry-After</c> is not asked again.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Limits on what is read from registries.</summary>
    /// <value>Default <see cref="InputLimits.Default"/>.</value>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names the option and the range.</exception>
    internal void Validate()
    {
        Require(!string.IsNullOrEmpty(CacheDirectory), "CacheDirectory is empty");
        Require(!Mirrors.IsDefault && !CertificateAuthorityFiles.IsDefault && !PlainHttpRegistries.IsDefault, "a list is default; use an empty one");
        Require(!(Offline && AlwaysPull), "Offline and AlwaysPull exclude each other");
        Require(MaxConcurrentDownloads >= 1, $"MaxConcurrentDownloads {MaxConcurrentDownloads} is less than 1");
        Require(MaxRetries >= 0, $"MaxRetries {MaxRetries} is negative");
        Require(ConnectTimeout > TimeSpan.Zero && ResponseTimeout > TimeSpan.Zero, "a timeout is not positive");
        Require(RetryDelay >= TimeSpan.Zero && MaxRetryDelay >= RetryDelay, "RetryDelay is negative or more than MaxRetryDelay");
        Require(Limits is not null, "Limits is null");
        foreach (var mirror in Mirrors)
        {
            Require(mirror.FindProblem() is null, $"the mirror of '{mirror.Registry}' is not valid: {mirror.FindProblem()}");
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new ArgumentException($"RegistryOptions: {problem}.");
        }
    }
}

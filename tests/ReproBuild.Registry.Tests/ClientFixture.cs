using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests;

/// <summary>A client with a clock that never waits, a log that is kept, and a directory that goes away.</summary>
internal sealed class ClientFixture : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reprobuild-registry-");
    private RegistryClient? _client;

    public ClientFixture(RegistryOptions? options = null) => Options = options ?? Defaults;

    public static RegistryOptions Defaults { get; } = new() { CacheDirectory = "unused", UseDockerCredentials = false };

    public RegistryOptions Options { get; set; }

    public ImmediateTime Time { get; } = new(Start);

    public RecordingLogger Log { get; } = new();

    public RegistryClient Client => _client ??= new RegistryClient(Options, Log, Time);

    public TimeBudget Budget => new(TimeSpan.FromMinutes(2), Time);

    public string DirectoryPath => _directory.FullName;

    public static byte[] Blob(int size)
    {
        var blob = new byte[size];
        new Random(4711).NextBytes(blob);
        return blob;
    }

    public static OciDescriptor DescriptorOf(byte[] blob) => new("application/octet-stream", Digest.OfSha256(blob), blob.Length);

    public static ImageReference Image(ScriptedServer server, string rest = "team/app:1") => ImageReference.Parse($"{server.Authority}/{rest}");

    /// <summary>Writes Docker's configuration and uses it.</summary>
    public ClientFixture WithDockerConfig(string json)
    {
        File.WriteAllText(Path.Combine(DirectoryPath, "config.json"), json);
        Options = Options with { UseDockerCredentials = true, DockerConfigDirectory = DirectoryPath };
        return this;
    }

    public ClientFixture WithPassword(string registry, string user, string password) =>
        WithDockerConfig($$$"""{"auths":{"{{{registry}}}":{"auth":"{{{Base64($"{user}:{password}")}}}"} } }""");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public async Task<byte[]> DownloadAsync(
        ImageReference repository, OciDescriptor descriptor, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        await using var file = new FileStream(Path.Combine(DirectoryPath, "blob"), FileMode.Create, FileAccess.ReadWrite);
        await Client.DownloadBlobAsync(repository, descriptor, file, progress, cancellationToken);
        await file.FlushAsync(cancellationToken);
        file.Position = 0;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _directory.Delete(recursive: true);
    }
}

/// <summary>Keeps what is logged, exceptions included.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}

/// <summary>Adds up what is reported.</summary>
internal sealed class ProgressSum : IProgress<long>
{
    public long Total { get; private set; }

    public void Report(long value)
    {
        Assert.True(value > 0);
        Total += value;
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Registry;

/// <summary>Debian's docker-registry on a free loopback port, with storage of its own, filled with skopeo.</summary>
public sealed class DockerRegistryServer : IAsyncDisposable
{
    private static readonly ExternalTool Registry = new("docker-registry", "docker-registry");
    private static readonly ExternalTool Skopeo = new("skopeo", "skopeo");

    private readonly DockerRegistryOptions _options;
    private readonly TemporaryDirectory _directory = new("registry");
    private readonly StringBuilder _log = new();
    private Process? _process;

    private DockerRegistryServer(DockerRegistryOptions options) => (_options, Port) = (options, FreePort());

    /// <summary>Why a test that needs the server is skipped, or null when it can run.</summary>
    public static string? SkipReason => !Registry.IsAvailable ? Registry.SkipReason : !Skopeo.IsAvailable ? Skopeo.SkipReason : null;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The host as references write it, such as <c>127.0.0.1:40123</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>The address of the server.</summary>
    public Uri Address => new($"{(_options.Certificate is null ? "http" : "https")}://{Host}/");

    /// <summary>The directory of the registry's storage, for tests that damage it.</summary>
    public string StorageDirectory => _directory["storage"];

    /// <summary>What the server has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<DockerRegistryServer> StartAsync(DockerRegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new DockerRegistryServer(options ?? new DockerRegistryOptions());
        try
        {
            await server.StartProcessAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pushes an image of an OCI layout and returns its full reference.</summary>
    /// <param name="layout">The directory of the layout.</param>
    /// <param name="tag">The image's tag in the layout.</param>
    /// <param name="repository">The repository and tag in the registry, such as <c>real/kernel:1</c>.</param>
    /// <param name="cancellationToken">Cancels the push.</param>
    public async Task<string> PushAsync(string layout, string tag, string repository, CancellationToken cancellationToken = default)
    {
        List<string> arguments = ["--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false"];
        if (_options.UserName is { } user)
        {
            arguments.Add($"--dest-creds={user}:{DockerRegistryOptions.Password}");
        }

        await Skopeo.RunAsync([.. arguments, $"oci:{layout}:{tag}", $"docker://{Host}/{repository}"], null, cancellationToken);
        return $"{Host}/{repository}";
    }

    /// <summary>Puts a manifest or an index under a tag and returns the full reference.</summary>
    public async Task<string> PutManifestAsync(string repository, string tag, string mediaType, byte[] content, CancellationToken cancellationToken = default)
    {
        using var client = CreateClient();
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using var response = await client.PutAsync(new Uri(Address, $"v2/{repository}/manifests/{tag}"), body, cancellationToken);
        response.EnsureSuccessStatusCode();
        return $"{Host}/{repository}:{tag}";
    }

    /// <summary>A client that trusts the server's certificate and sends its credentials.</summary>
    public HttpClient CreateClient()
    {
        var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.Thumbprint == _options.Certificate?.Thumbprint,
        });
        if (_options.UserName is { } user)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{DockerRegistryOptions.Password}"));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        return client;
    }

    /// <summary>Stops the server, so that the port refuses connections; the storage stays until the object is disposed.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var configuration = DockerRegistryConfiguration.Write(_options, Port, _directory.FullName);
        _process = Registry.Start(["serve", configuration], new ToolOptions { WorkingDirectory = _directory.FullName });
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = CreateClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(Address, "v2/"), cancellationToken);
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException e) when (e.StatusCode is null && !_process.HasExited && attempt < 300)
            {
                await Task.Delay(50, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException($"docker-registry does not answer: {e.Message}{Environment.NewLine}{Log}", e);
            }
        }
    }

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}

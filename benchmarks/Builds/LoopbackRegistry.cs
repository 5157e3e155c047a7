using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ReproBuild.Builds;

/// <summary>Debian's docker-registry on a free port, filled from the layout; another process, so what it takes is not measured.</summary>
internal sealed class LoopbackRegistry : IDisposable
{
    private readonly Process _process;

    /// <param name="directory">Where it keeps what it is given, also from one run to the next.</param>
    public LoopbackRegistry(string directory)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Host = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        }

        Directory.CreateDirectory(directory);
        var configuration = Path.Combine(directory, "registry.yml");
        File.WriteAllText(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{directory}}/storage } }
            http: { addr: "{{Host}}" }

            """);
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        WaitUntilItAnswers();
    }

    /// <summary>The host as references write it.</summary>
    public string Host { get; }

    /// <summary>Copies images of a layout to the repository <c>benchmark</c>; those that are there already take no time.</summary>
    public void Push(string layout, IEnumerable<string> tags)
    {
        foreach (var tag in tags)
        {
            Tool.Run(
                "skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false", $"oci:{layout}:{tag}",
                $"docker://{Host}/benchmark:{tag}");
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void WaitUntilItAnswers()
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                client.GetAsync(new Uri($"http://{Host}/v2/")).GetAwaiter().GetResult().Dispose();
                return;
            }
            catch (HttpRequestException) when (attempt < 300 && !_process.HasExited)
            {
                Thread.Sleep(50);
            }
        }
    }
}

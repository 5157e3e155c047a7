namespace ReproBuild.Testing.Tools;

/// <summary>Publishes the command line as a program for one platform, in a directory of its own: the clone stays as it is.</summary>
/// <remarks>What several platforms have in common is compiled once, so they take turns.</remarks>
public sealed class CommandLinePublisher : IDisposable
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private readonly TemporaryDirectory _directory = new("publish");
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Publishes it; warnings are errors, those of the native compiler too.</summary>
    /// <param name="runtime">The platform, such as <c>linux-x64</c>.</param>
    /// <param name="options">How: <c>--self-contained</c> or <c>-p:PublishAot=true</c>, and others.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The path of the program.</returns>
    public async Task<string> PublishAsync(string runtime, string[] options, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Dotnet.RunAsync(
                [
                    "publish", Path.Combine(TestHost.RepositoryDirectory, "src/ReproBuild.Cli"), "-c", "Release", "-r", runtime, .. options,
                    "--disable-build-servers", "--artifacts-path", _directory["artifacts"], "-o", _directory[runtime],
                ],
                new ToolOptions { Timeout = TimeSpan.FromMinutes(20) },
                cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return Path.Combine(_directory[runtime], runtime.StartsWith("win-", StringComparison.Ordinal) ? "reprobuild.exe" : "reprobuild");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directory.Dispose();
        _turn.Dispose();
    }
}

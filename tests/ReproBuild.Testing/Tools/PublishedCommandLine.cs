namespace ReproBuild.Testing.Tools;

/// <summary>Publishes the command line as a program for one platform.</summary>
public static class PublishedCommandLine
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    /// <summary>Publishes it; warnings are errors, those of the native compiler too.</summary>
    /// <param name="runtime">The platform, such as <c>linux-x64</c>.</param>
    /// <param name="option">How: <c>--self-contained</c> or <c>-p:PublishAot=true</c>.</param>
    /// <param name="directory">Where everything goes that is made; the clone stays as it is.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The path of the program.</returns>
    public static async Task<string> PublishAsync(string runtime, string option, TemporaryDirectory directory, CancellationToken cancellationToken)
    {
        await Dotnet.RunAsync(
            [
                "publish", Path.Combine(TestHost.RepositoryDirectory, "src/ReproBuild.Cli"), "-c", "Release", "-r", runtime, option,
                "--disable-build-servers", "--artifacts-path", directory["artifacts"], "-o", directory["program"],
            ],
            new ToolOptions { Timeout = TimeSpan.FromMinutes(20) },
            cancellationToken);
        return directory[runtime.StartsWith("win-", StringComparison.Ordinal) ? "program/reprobuild.exe" : "program/reprobuild"];
    }
}

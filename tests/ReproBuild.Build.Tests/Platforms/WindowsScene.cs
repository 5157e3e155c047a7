using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>A directory in which the command line builds small images, on Windows and, to compare with, on this machine.</summary>
public abstract class WindowsScene : IDisposable
{
    /// <summary>The directories and files of a build, relative to the scene.</summary>
    protected const string Layout = "layout", Cache = "cache", Output = "out", Configuration = "machine.yml";

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    private readonly TemporaryDirectory _directory = new("windows");

    protected WindowsScene(PlatformPrograms programs)
    {
        Windows = programs.Windows;
        File.Copy(Path.Combine(ExpectedTree.DataDirectory, "cases", "minimal.yml"), PathOf(Configuration));
        Directory.CreateSymbolicLink(PathOf(Layout), Path.Combine(ExpectedTree.DataDirectory, "layout"));
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected WindowsProgram Windows { get; }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A path in the scene, for this machine.</summary>
    protected string PathOf(string path) => _directory[path];

    /// <summary>Skips the test where Windows programs do not run.</summary>
    protected void SkipUnlessItCanRun() => Assert.SkipUnless(Windows.SkipReason is null, Windows.SkipReason ?? "");

    /// <summary>What standard output must be: what this machine writes for the same build.</summary>
    protected async Task<string> ExpectedAsync(params string[] arguments) => await Dotnet.RunAsync(
        [RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), .. Usual(static path => path == Cache ? "expected-cache" : path), "--dir", "expected", .. arguments],
        new ToolOptions { WorkingDirectory = _directory.FullName },
        Cancellation);

    /// <summary>Builds the configuration as a tar on Windows, in the scene.</summary>
    protected Task<ToolResult> BuildAsync(params string[] arguments) => BuildAsync(new ToolOptions(), arguments);

    /// <summary>Builds the configuration as a tar on Windows, in the scene, with an environment.</summary>
    protected Task<ToolResult> BuildAsync(ToolOptions options, params string[] arguments) =>
        BuildAsync(options, static path => path, ["--dir", Output, .. arguments]);

    /// <summary>Builds on Windows with paths that are written in some way.</summary>
    protected Task<ToolResult> BuildAsync(ToolOptions options, Func<string, string> path, params string[] arguments) => Windows.TryRunAsync(
        [.. Usual(path), .. arguments], options with { WorkingDirectory = _directory.FullName }, Cancellation);

    private static IEnumerable<string> Usual(Func<string, string> path) =>
    [
        "build", "--quiet", "--no-sbom", "--format", "tar", "--cache", path(Cache), "--oci-layout", path(Layout), path(Configuration),
    ];
}

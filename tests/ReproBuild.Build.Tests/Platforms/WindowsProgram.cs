using System.Diagnostics;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line for Windows on x64, under Wine with a Windows 10 of its own, made once.</summary>
public sealed class WindowsProgram : PlatformProgram, IAsyncDisposable
{
    private static readonly ExternalTool Wine = new("wine", "wine");
    private static readonly ExternalTool WineServer = new("wineserver", "wine");

    private readonly TemporaryDirectory _prefix = new("wine");

    public WindowsProgram(CommandLinePublisher publisher)
        : base(publisher, "win-x64") => Environment = new Dictionary<string, string>
        {
            ["WINEPREFIX"] = _prefix["prefix"],
            ["WINEDEBUG"] = "-all",
            ["HOME"] = _prefix.FullName,
            ["LC_ALL"] = "C.UTF-8",
            // Under Wine 8 the runtime ends with an internal error when its collector works in the background, or when it frees code that it
            // has mapped twice.
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
        };

    /// <inheritdoc/>
    public override string? SkipReason =>
        !OperatingSystem.IsLinux() ? "Wine is used on Linux." : !Wine.IsAvailable ? Wine.SkipReason : !WineServer.IsAvailable ? WineServer.SkipReason : null;

    protected override IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The user's profile, when the program has been published.</summary>
    public string HomeDirectory => Directory.GetDirectories(_prefix["prefix/drive_c/users"]).Single(static path => Path.GetFileName(path) != "Public");

    /// <summary>The whole file system is Wine's drive Z.</summary>
    public override string PathOf(string path) => "Z:" + path.Replace('/', '\\');

    /// <summary>Runs another program for Windows, or a script, to its end and returns what it wrote, whatever its exit code.</summary>
    public async Task<ToolResult> TryRunOtherAsync(string program, string[] arguments, ToolOptions options, CancellationToken cancellationToken)
    {
        await GetAsync();
        return await Wine.TryRunAsync([program, .. arguments], WithEnvironment(options), cancellationToken);
    }

    /// <summary>Starts another program for Windows.</summary>
    public async Task<Process> StartAsync(string program, string[] arguments)
    {
        await GetAsync();
        return Wine.Start([program, .. arguments], WithEnvironment(new ToolOptions()));
    }

    /// <summary>Ends what Wine has running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(_prefix["prefix"]))
        {
            await WineServer.TryRunAsync(["--kill", "--wait"], WithEnvironment(new ToolOptions()));
        }

        _prefix.Dispose();
    }

    protected override (ExternalTool Tool, string[] Arguments) Emulator(string program) => (Wine, [program]);

    protected override async Task PrepareAsync()
    {
        // Without these two parts Wine does not look for its own .NET and browser.
        var options = WithEnvironment(new ToolOptions { Environment = new Dictionary<string, string> { ["WINEDLLOVERRIDES"] = "mscoree,mshtml=" } });
        await Wine.RunAsync(["wineboot", "--init"], options);
        await Wine.RunAsync(["reg", "add", @"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"], options);
    }
}

using System.Diagnostics;

namespace ReproBuild.Testing.Tools;

/// <summary>A program of the host that tests use as an independent reader or as a real part: found on PATH, run with a time limit.</summary>
public sealed class ExternalTool
{
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Looks for a program.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="package">The Debian package that has it, for the reason to skip a test.</param>
    public ExternalTool(string name, string package) => (Name, Package, Path) = (name, package, Find(name));

    /// <summary>The file name.</summary>
    public string Name { get; }

    /// <summary>The Debian package that has the program.</summary>
    public string Package { get; }

    /// <summary>The full path, or null when it is not installed.</summary>
    public string? Path { get; }

    /// <summary>Whether it is installed.</summary>
    public bool IsAvailable => Path is not null;

    /// <summary>Why a test that needs it is skipped.</summary>
    public string SkipReason => $"{Name} is not installed (Debian package {Package}; ./test installs it).";

    /// <summary>Runs the program to its end and returns what it wrote, whatever its exit code.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed.</exception>
    public async Task<ToolResult> TryRunAsync(IEnumerable<string> arguments, ToolOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ToolOptions();
        using var process = Start(arguments, options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(options.StandardInput ?? "");
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new ToolResult(Name, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);

            // Its locks live as long as it does.
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{Name} did not end within {options.Timeout.TotalSeconds} seconds.");
        }
    }

    /// <summary>Runs the program, which must succeed, and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, ToolOptions? options = null, CancellationToken cancellationToken = default) =>
        (await TryRunAsync(arguments, options, cancellationToken)).EnsureSuccess().Output;

    /// <summary>Starts the program with its three streams redirected; the caller ends and disposes it.</summary>
    public Process Start(IEnumerable<string> arguments, ToolOptions options)
    {
        var start = new ProcessStartInfo(Path ?? throw new InvalidOperationException(SkipReason), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string? Find(string name)
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(SystemDirectories)
            .Select(directory => System.IO.Path.Combine(directory, name + suffix)).FirstOrDefault(File.Exists);
    }
}

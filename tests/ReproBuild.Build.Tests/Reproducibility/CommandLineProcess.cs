using System.Text.Json.Nodes;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>Runs a program as a process of its own, so that its environment can be varied and observed.</summary>
internal sealed record CommandLineProcess
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    /// <summary>The directory of the program's project, from the repository's root, and its assembly.</summary>
    /// <value>Default the command line.</value>
    public (string Project, string Assembly) Program { get; init; } = ("src/ReproBuild.Cli", "reprobuild");

    /// <summary>Environment variables to set on top of this process's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The working directory, or null for this process's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A program with arguments that starts the program, such as <c>faketime 2001-02-03</c>; empty for none.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Runs the program to its end.</summary>
    /// <param name="scratch">A directory for the process's runtime configuration and for what was observed.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public async Task<ToolResult> RunAsync(TemporaryDirectory scratch, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. Launcher, Dotnet.Path!, "exec", "--runtimeconfig", WriteRuntimeConfiguration(scratch), RepositoryProgram.Find(Program.Project, $"{Program.Assembly}.dll"), .. arguments,
        ];
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal)
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [StartupHook.FileVariable] = scratch["observed"],
        };
        environment.TryAdd("LC_ALL", "C.UTF-8");
        return await new ExternalTool(command[0], "coreutils").TryRunAsync(
            command[1..], new ToolOptions { Environment = environment, WorkingDirectory = WorkingDirectory }, cancellationToken);
    }

    /// <summary>The published configuration with cultures switched on: in the invariant mode that the samples have, none would apply.</summary>
    private string WriteRuntimeConfiguration(TemporaryDirectory scratch)
    {
        var configuration = JsonNode.Parse(File.ReadAllText(RepositoryProgram.Find(Program.Project, $"{Program.Assembly}.runtimeconfig.json")))!;
        var properties = configuration["runtimeOptions"]!["configProperties"]!.AsObject();
        properties["System.Globalization.Invariant"] = false;
        properties["System.Globalization.PredefinedCulturesOnly"] = false;
        File.WriteAllText(scratch["reprobuild.runtimeconfig.json"], configuration.ToJsonString());
        return scratch["reprobuild.runtimeconfig.json"];
    }
}

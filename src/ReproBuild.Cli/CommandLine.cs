using System.CommandLine;
using System.CommandLine.Invocation;

namespace ReproBuild.Cli;

/// <summary>The command line as a whole.</summary>
internal static class CommandLine
{
    /// <summary>How long a cancelled build may take to remove its partial files.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Builds reproducible Linux images from LinuxKit configurations.") { BuildCommand.Create() };
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                ErrorReport.Write(error.Message);
            }

            await Console.Error.WriteLineAsync("Run 'reprobuild build --help' for the usage.");
            return ExitCode.BadUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = CleanUpTime,
        });
    }
}

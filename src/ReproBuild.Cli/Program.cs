using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ReproBuild.Cli;

/// <summary>The command line: its commands, and what happens when it cannot be read.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        StandardStreams.UseUtf8UnlessTerminal();
        using var interruption = new Interruption();
        var root = new RootCommand("Builds reproducible Linux images from LinuxKit configurations.") { CreateBuild(interruption) };
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

            // Interruption handles the signals, and knows which one it was.
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>The <c>build</c> command, in the shape of <c>linuxkit build</c>.</summary>
    private static Command CreateBuild(Interruption interruption)
    {
        var configurations = new Argument<string[]>("CONFIG")
        {
            Description = "Configuration files, merged in order; '-' is standard input.",
            Arity = ArgumentArity.OneOrMore,
            Validators = { RejectUnknownFlags },
        };
        var formats = string.Join(", ", StandardOutputFormats.All.Select(static f => f.Name));
        var command = new Command("build", $"Builds a bootable image from LinuxKit configurations. Formats: {formats}.") { configurations };
        foreach (var flag in BuildFlags.All)
        {
            command.Add(flag.Option);
        }

        command.Validators.Add(RejectContradictions);
        command.SetAction((parsed, _) =>
        {
            var request = BuildRequest.For([.. parsed.GetRequiredValue(configurations)]);
            return BuildRun.RunAsync(BuildFlags.All.Aggregate(request, (r, flag) => flag.Apply(parsed, r)), interruption);
        });
        return command;
    }

    private static void RejectUnknownFlags(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(static t => t.Value.StartsWith('-') && t.Value != BuildRequest.StandardInput))
        {
            result.AddError($"There is no flag '{token.Value}'.");
        }
    }

    private static void RejectContradictions(CommandResult result)
    {
        foreach (var (one, other) in BuildFlags.Contradictions)
        {
            if (result.GetResult(one) is OptionResult { Implicit: false } && result.GetResult(other) is OptionResult { Implicit: false })
            {
                result.AddError($"{one} and {other} contradict each other: give one of them.");
            }
        }
    }
}

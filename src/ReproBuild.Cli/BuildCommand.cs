using System.CommandLine;

namespace ReproBuild.Cli;

/// <summary>The <c>build</c> command, in the shape of <c>linuxkit build</c>.</summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var options = new BuildCommandOptions();
        var command = new Command("build",
            $"Builds a bootable image from LinuxKit configurations. Formats: {string.Join(", ", StandardOutputFormats.All.Select(static f => f.Name))}.")
        {
            options.Configurations,
        };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (options.Contradiction(result) is { } contradiction)
            {
                result.AddError(contradiction);
            }
        });
        command.SetAction((parsed, cancellationToken) => BuildRun.RunAsync(options.Bind(parsed), cancellationToken));
        return command;
    }
}

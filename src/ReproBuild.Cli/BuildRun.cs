namespace ReproBuild.Cli;

/// <summary>One run of <c>build</c>.</summary>
internal static class BuildRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(BuildArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            await BuildAsync(arguments, cancellationToken);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ErrorReport.Write("cancelled; nothing was written");
            return ExitCode.Cancelled;
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets a line and an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ErrorReport.Write(e, withStackTrace: arguments.Verbosity == Verbosity.Verbose);
            return e is ArgumentException or InvalidOptionException ? ExitCode.BadUsage : ExitCode.BuildFailed;
        }
    }

    private static async Task BuildAsync(BuildArguments arguments, CancellationToken cancellationToken)
    {
        var display = ProgressDisplay.Create(arguments.Verbosity);
        var config = await ConfigurationLoader.LoadAsync(arguments.Configurations, cancellationToken);
        var images = ImageSource.Open(arguments, display.Logger);
        using var lifetime = images as IDisposable;
        var options = Options(arguments);
        if (arguments.DryRun)
        {
            var planner = new ImageBuilder(images, StandardOutputFormats.All, display.Logger);
            Results.Write(await planner.PlanAsync(config, options, cancellationToken));
            return;
        }

        using var boot = await BootInputs.OpenAsync(arguments, images, cancellationToken);
        var builder = new ImageBuilder(images, StandardOutputFormats.Create(boot.Options), display.Logger);
        var sink = new DirectorySink(arguments.Directory);
        Results.Write(await display.RunAsync(progress => builder.BuildAsync(config, options, sink, progress, cancellationToken)));
    }

    private static BuildOptions Options(BuildArguments arguments) => new()
    {
        Formats = arguments.Formats,
        Name = arguments.Name,
        FormatNames = arguments.FormatNames,
        Architecture = arguments.Architecture,
        Sbom = arguments.Sbom,
        DecompressKernel = arguments.DecompressKernel,
        DiskSize = arguments.Size,
    };
}

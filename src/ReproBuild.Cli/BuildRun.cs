using Microsoft.Extensions.Logging;

namespace ReproBuild.Cli;

/// <summary>One run of <c>build</c>.</summary>
internal static class BuildRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(BuildRequest request, Interruption interruption)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        if (request.Timeout is { } timeout)
        {
            deadline.CancelAfter(timeout);
        }

        try
        {
            await BuildAsync(request, deadline.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            ErrorReport.Write("cancelled; nothing was written");
            return interruption.ExitCode;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            ErrorReport.Write($"stopped after --timeout {FlagValue.Show(request.Timeout!.Value)} seconds; nothing was written. Give it more time.");
            return ExitCode.BuildFailed;
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets a line and an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ErrorReport.Write(e, withStackTrace: request.Verbosity == Verbosity.Verbose);
            return e is ArgumentException or InvalidOptionException ? ExitCode.BadUsage : ExitCode.BuildFailed;
        }
    }

    private static async Task BuildAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var display = ProgressDisplay.Create(request.Verbosity, LibraryMessage.Translate);
        var config = await Configurations.LoadAsync(request.Configurations, request.Limits, cancellationToken);
        var images = OpenImages(request, display.Logger);
        using var lifetime = images as IDisposable;
        if (request.DryRun)
        {
            var planner = new ImageBuilder(images, StandardOutputFormats.All, display.Logger);
            Results.Write(await planner.PlanAsync(config, request.Build, cancellationToken));
            return;
        }

        using var boot = await BootInputs.OpenAsync(request, images, cancellationToken);
        var builder = new ImageBuilder(images, StandardOutputFormats.Create(boot.Options), display.Logger);
        var sink = new DirectorySink(request.Directory, display.Logger);
        Results.Write(await display.RunAsync(progress => builder.BuildAsync(config, request.Build, sink, progress, cancellationToken)));
    }

    /// <summary>Where images come from; the caller disposes it.</summary>
    private static IImageSource OpenImages(BuildRequest request, ILogger logger) => request.OciLayout is { } layout
        ? new OciLayoutImageSource(layout, request.Registry.CacheDirectory, logger, request.Limits, request.Registry.MaxPieceCacheSize)
        : new RegistryImageSource(request.Registry, logger);
}

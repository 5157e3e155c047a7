namespace ReproBuild.Cli;

/// <summary>Shows nothing.</summary>
internal sealed class SilentDisplay(ConsoleLogger logger) : ProgressDisplay(logger)
{
    public override Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build) => build(null);
}

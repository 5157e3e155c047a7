namespace ReproBuild.Cli;

/// <summary>Writes a line for each item that is done.</summary>
internal sealed class LineDisplay(ConsoleLogger logger) : ProgressDisplay(logger), IProgress<BuildProgress>
{
    public override Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build) => build(this);

    public void Report(BuildProgress value)
    {
        if (value.IsFinished)
        {
            var size = value.Completed > 0 ? $" ({ByteCount.Format(value.Completed)})" : "";
            Console.Error.WriteLine($"{PhaseName.Of(value.Phase)} {value.Item}{size}");
        }
    }
}

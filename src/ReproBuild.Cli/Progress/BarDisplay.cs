using Spectre.Console;
using Spectre.Console.Rendering;

namespace ReproBuild.Cli;

/// <summary>Draws a bar for each item: as long as its share of bytes, or moving where the total is not known.</summary>
internal sealed class BarDisplay(IAnsiConsole console, ConsoleLogger logger) : ProgressDisplay(logger)
{
    public override Task<T> RunAsync<T>(Func<IProgress<BuildProgress>?, Task<T>> build) => console.Progress()
        .AutoClear(false)
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
            new ByteColumn(), new SpinnerColumn())
        .StartAsync(context => build(new Bars(context)));

    private sealed class Bars(ProgressContext context) : IProgress<BuildProgress>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<(BuildPhase Phase, string Item), ProgressTask> _tasks = [];

        public void Report(BuildProgress value)
        {
            lock (_lock)
            {
                if (!_tasks.TryGetValue((value.Phase, value.Item), out var task))
                {
                    task = context.AddTask(Markup.Escape(ProgressText.Name(value)), maxValue: value.Total ?? 1);
                    task.IsIndeterminate = value.Total is null;
                    _tasks.Add((value.Phase, value.Item), task);
                }

                Update(task, value);
            }
        }

        private static void Update(ProgressTask task, BuildProgress value)
        {
            // Reports come from several threads, so an older sum may arrive after a newer one.
            task.MaxValue = Math.Max(value.Total ?? value.Completed, 1);
            task.Value = Math.Max(task.Value, value.Completed);
            if (value.IsFinished)
            {
                task.IsIndeterminate = false;
                task.Value = task.MaxValue;
                task.StopTask();
            }
        }
    }

    /// <summary>How many bytes of an item are done; empty for an item that is not counted in bytes.</summary>
    private sealed class ByteColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.MaxValue > 1 ? ProgressText.Bytes((long)task.Value) : "");
    }
}

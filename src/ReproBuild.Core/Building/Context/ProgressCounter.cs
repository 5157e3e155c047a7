namespace ReproBuild.Core.Building.Context;

/// <summary>Adds up the bytes of one item and reports the sums.</summary>
internal sealed class ProgressCounter(IProgress<BuildProgress>? target, BuildPhase phase, string item, long? total) : IProgress<long>
{
    private long _completed;

    public ProgressCounter Start()
    {
        target?.Report(new BuildProgress(phase, item, 0, total, IsFinished: false));
        return this;
    }

    public void Report(long value)
    {
        var completed = Interlocked.Add(ref _completed, value);
        target?.Report(new BuildProgress(phase, item, completed, total, IsFinished: false));
    }

    public void Finish() => target?.Report(new BuildProgress(phase, item, Interlocked.Read(ref _completed), total, IsFinished: true));
}

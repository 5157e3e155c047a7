namespace ReproBuild.Conformance;

/// <summary>Has a format write far more content than it may keep in memory, and watches the managed heap meanwhile.</summary>
internal static class MemoryCheck
{
    private const int Looks = 12;
    private const long Mebibyte = 1024 * 1024;

    public static async Task RunAsync(ConformanceSession session)
    {
        var options = session.Options;
        if (options.LargeContentSize == 0)
        {
            return;
        }

        var meter = new HeapMeter(options.LargeContentSize / Looks);
        var sample = ConformanceSamples.Large(options, meter.Pass);
        var hooks = new ArtifactHooks { BeforeWrite = (_, count) => meter.Pass(count) };
        var result = await session.RunAsync(new TrialInput(sample) { MaxParallelism = 2, Hooks = hooks }).ConfigureAwait(false);
        meter.Look();
        if (result.Error is not null)
        {
            session.Report(ConformanceRule.Memory, sample.Name, $"It failed with {result.Error.GetType().Name}: {result.Error.Message}");
        }
        else if (meter.Growth > options.MemoryLimit)
        {
            session.Report(ConformanceRule.Memory, sample.Name,
                $"The heap grew by {meter.Growth / Mebibyte} MiB for {options.LargeContentSize / Mebibyte} MiB of content; " +
                $"the limit is {options.MemoryLimit / Mebibyte} MiB.");
        }
    }

    /// <summary>Measures the heap at intervals of so many bytes, after a collection, so that garbage does not count.</summary>
    private sealed class HeapMeter(long interval)
    {
        private readonly Lock _lock = new();
        private readonly long _before = Measure();
        private long _passed;
        private long _peak;

        public long Growth => _peak - _before;

        public void Pass(int count)
        {
            lock (_lock)
            {
                _passed += count;
                if (_passed >= interval)
                {
                    _passed = 0;
                    Look();
                }
            }
        }

        public void Look()
        {
            lock (_lock)
            {
                _peak = Math.Max(_peak, Measure());
            }
        }

        private static long Measure()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);

            // Compared with a bound only; the check writes no output.
#pragma warning disable RS0030
            return GC.GetTotalMemory(forceFullCollection: false);
#pragma warning restore RS0030
        }
    }
}

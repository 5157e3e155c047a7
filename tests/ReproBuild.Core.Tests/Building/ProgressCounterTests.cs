using ReproBuild.Core.Building.Context;

namespace ReproBuild.Core.Tests.Building;

/// <summary>When the sums of an item are reported, and which.</summary>
public sealed class ProgressCounterTests
{
    private readonly Reports _reports = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void Between_the_first_report_and_the_last_there_are_about_ten_a_second()
    {
        var counter = Start(total: 100);
        counter.Report(1);
        _time.Advance(99);
        counter.Report(2);
        Assert.Equal([(0, false)], Sums);
        _time.Advance(1);
        counter.Report(3);
        counter.Report(4);
        Assert.Equal([(0, false), (6, false)], Sums);
        _time.Advance(99);
        counter.Report(5);
        Assert.Equal(2, _reports.Items.Count);
        counter.Finish();
        Assert.Equal([(0, false), (6, false), (100, true)], Sums);
        Assert.All(_reports.Items, static report => Assert.Equal((BuildPhase.Write, "item", 100L), (report.Phase, report.Item, report.Total)));
    }

    [Fact]
    public void Many_bytes_in_little_pieces_for_a_second_give_ten_reports()
    {
        var counter = Start(total: null);
        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(1);
            counter.Report(1);
        }

        counter.Finish();
        Assert.Equal([.. Enumerable.Range(0, 11).Select(static i => (100L * i, false)), (1000, true)], Sums);
    }

    [Fact]
    public void A_sum_never_exceeds_the_total()
    {
        var counter = Start(total: 10);
        _time.Advance(100);
        counter.Report(15);
        counter.Finish();
        Assert.Equal([(0, false), (10, false), (10, true)], Sums);
    }

    [Fact]
    public void Nothing_is_reported_after_the_end()
    {
        var counter = Start(total: null);
        counter.Report(3);
        counter.Finish();
        _time.Advance(1000);
        counter.Report(4);
        Assert.Equal([(0, false), (3, true)], Sums);
    }

    [Fact]
    public void Sums_from_many_threads_come_one_after_the_other_and_never_decrease()
    {
        var counter = new ProgressCounter(_reports, BuildPhase.Write, "item", 800_000, new HurriedTime()).Start();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Report(10);
            }
        });
        counter.Finish();
        Assert.Equal(0, _reports.Overlaps);
        Assert.True(_reports.Items.Count > 2);
        Assert.Equal(Sums.Select(static sum => sum.Completed).Order(), Sums.Select(static sum => sum.Completed));
        Assert.Equal((800_000, true), Sums[^1]);
    }

    [Fact]
    public async Task A_thread_that_counts_does_not_wait_for_the_report_of_another()
    {
        using var entered = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        var counter = Start(total: null);
        _reports.OnReport = () =>
        {
            entered.Set();
            released.Wait(TestContext.Current.CancellationToken);
        };
        _time.Advance(100);
        var reporting = Task.Run(() => counter.Report(1), TestContext.Current.CancellationToken);
        entered.Wait(TestContext.Current.CancellationToken);
        _time.Advance(100);
        counter.Report(2);
        _reports.OnReport = null;
        released.Set();
        await reporting;
        counter.Finish();
        Assert.Equal([(0, false), (1, false), (3, true)], Sums);
    }

    [Fact]
    public void Without_a_target_nothing_happens()
    {
        var counter = new ProgressCounter(null, BuildPhase.Write, "item", 1).Start();
        counter.Report(1);
        counter.Finish();
        Assert.Empty(_reports.Items);
    }

    private (long Completed, bool IsFinished)[] Sums => [.. _reports.Items.Select(static report => (report.Completed, report.IsFinished))];

    private ProgressCounter Start(long? total) => new ProgressCounter(_reports, BuildPhase.Write, "item", total, _time).Start();

    private sealed class Reports : IProgress<BuildProgress>
    {
        private readonly Lock _lock = new();

        public List<BuildProgress> Items { get; } = [];

        public int Overlaps { get; private set; }

        public Action? OnReport { get; set; }

        public void Report(BuildProgress value)
        {
            if (!_lock.TryEnter())
            {
                Overlaps++;
                return;
            }

            try
            {
                OnReport?.Invoke();
                Items.Add(value);
            }
            finally
            {
                _lock.Exit();
            }
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _milliseconds = 5;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Read(ref _milliseconds);

        public void Advance(int milliseconds) => Interlocked.Add(ref _milliseconds, milliseconds);
    }

    /// <summary>A clock by which every report is due.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}

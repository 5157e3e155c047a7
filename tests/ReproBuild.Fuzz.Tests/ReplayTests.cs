using ReproBuild.Fuzz.Tests.Targets;

namespace ReproBuild.Fuzz.Tests;

/// <summary>What fuzzing found, and what it began with, is read again.</summary>
public sealed class ReplayTests
{
    private static readonly string Corpus = Path.Combine(AppContext.BaseDirectory, "Corpus");

    // Not a time that is measured: an input that is read without end fails, instead of holding up all tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Every_input_is_accepted_or_refused_by_our_own_exceptions(string name)
    {
        var replay = new Replay(FuzzTargets.All.Single(target => target.Name == name));
        var inputs = Directory.GetFiles(Path.Combine(Corpus, name)).Order(StringComparer.Ordinal)
            .Select(static file => (Path.GetFileName(file), File.ReadAllBytes(file)));
        await Task.Run(() => replay.Run(inputs), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.True(replay.Faults.Count == 0, string.Join('\n', replay.Faults.Take(5)));

        // Both happen, or the inputs miss their aim.
        Assert.InRange(replay.Accepted, 1, int.MaxValue);
        Assert.InRange(replay.Refused, 1, int.MaxValue);
    }

    [Fact]
    public void Every_target_has_a_folder_and_every_folder_a_target() => Assert.Equal(
        FuzzTargets.All.Select(static target => target.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Corpus).Select(static folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    [Fact]
    public void Another_exception_is_a_fault_that_names_the_input()
    {
        var replay = new Replay(new FuzzTarget("broken", static input => throw new InvalidOperationException($"{input.Length} bytes")));
        replay.Run([("seed", "abc"u8.ToArray())]);
        Assert.Equal(21, replay.Faults.Count);
        Assert.StartsWith("broken, seed: System.InvalidOperationException: 3 bytes", replay.Faults[0], StringComparison.Ordinal);
        Assert.EndsWith("616263", replay.Faults[0], StringComparison.Ordinal);
        Assert.Equal((0, 0), (replay.Accepted, replay.Refused));
    }

    [Fact]
    public void One_of_our_own_exceptions_is_none()
    {
        var replay = new Replay(new FuzzTarget("strict", static _ => throw new IntegrityException("no")));
        replay.Run([("seed", [])]);
        Assert.Empty(replay.Faults);
        Assert.Equal((0, 21), (replay.Accepted, replay.Refused));
    }

    [Fact]
    public void Much_memory_is_a_fault()
    {
        var replay = new Replay(new FuzzTarget("greedy", static input => _ = new byte[input.Length == 3 ? 1001 : 0]) { MaxAllocation = 1000 });
        replay.Run([("seed", "abc"u8.ToArray())]);
        Assert.Contains(replay.Faults, static fault => fault.StartsWith("greedy, seed: 10", StringComparison.Ordinal));
    }

    [Fact]
    public void What_must_hold_is_a_fault_when_it_does_not()
    {
        Assert.Throws<InvalidOperationException>(() => FuzzTarget.Must(false, "a property"));
        Assert.Throws<InvalidOperationException>(() => FuzzTarget.MustRead<int>("Something", () => throw new IntegrityException("no")));
    }
}

using ReproBuild.Testing.Cancelling;

namespace ReproBuild.Build.Tests.Harness;

/// <summary>The tests of cancellation can fail.</summary>
[Collection(AloneInProcess.Name)]
public sealed class CancellationPointTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    /// <summary>The second await is that of the operation by its caller, which comes when the operation suspends first.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(5, 3)]
    public async Task The_token_is_cancelled_at_the_await_with_the_number(int at, int expected)
    {
        var passed = 0;
        var point = await CancellationPoint.RunAsync(
            at,
            async (_, cancellationToken) =>
            {
                for (; passed < 10; passed++)
                {
                    await Task.Run(static () => Thread.Sleep(20), CancellationToken.None);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            TimeSpan.FromMinutes(1));
        Assert.True(point is { IsReached: true, IsCancelled: true });
        Assert.Equal(expected, passed);
    }

    [Fact]
    public async Task Who_waits_for_a_partner_without_the_token_hangs() => await Assert.ThrowsAsync<InvalidOperationException>(() =>
        CancellationPoint.RunAsync(
            1,
            static async (point, _) =>
            {
                await Task.Run(static () => Thread.Sleep(20), CancellationToken.None);
                await point.AnswerAsync(CancellationToken.None);
            },
            Soon));

    [Fact]
    public async Task An_error_that_nobody_looks_at_is_found() => await Assert.ThrowsAsync<AggregateException>(() =>
        EveryAwait.CancelAsync(
            static (_, _) =>
            {
                FailUnseen();
                return Task.CompletedTask;
            },
            points: 1,
            static _ => Task.CompletedTask));

    private static void FailUnseen()
    {
        var task = Task.Run(static () => throw new InvalidOperationException("unseen"));
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }
}

using System.Runtime.InteropServices;

namespace ReproBuild.Cli;

/// <summary>SIGINT (Ctrl-C) and SIGTERM: the first cancels the build, which gets time to remove its unfinished files.</summary>
/// <remarks>The next one ends the process, and leaves the rest to the next build.</remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long a cancelled build may take.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public Interruption() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _source.Token;

    /// <summary>The code of a build that was cancelled: that of the first signal.</summary>
    public int ExitCode => _exitCode;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        var code = signal.Signal == PosixSignal.SIGTERM ? Cli.ExitCode.Terminated : Cli.ExitCode.Interrupted;
        if (Interlocked.CompareExchange(ref _exitCode, code, 0) != 0)
        {
            return;
        }

        signal.Cancel = true;
        _ = _source.CancelAsync();
        _ = EndAsync();
    }

    private async Task EndAsync()
    {
        await Task.Delay(CleanUpTime);
        ErrorReport.Write($"cancelled, but the build did not end within {CleanUpTime.TotalSeconds} seconds");
        Environment.Exit(_exitCode);
    }
}

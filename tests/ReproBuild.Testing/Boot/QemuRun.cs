using System.Diagnostics;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Boot;

/// <summary>One run of a machine.</summary>
internal sealed class QemuRun(QemuMachine machine, TemporaryDirectory directory)
{
    private static readonly TimeSpan AfterPanic = TimeSpan.FromSeconds(2);

    public async Task<string> WaitForAsync(string marker, CancellationToken cancellationToken)
    {
        var before = Stamps();
        var console = directory["console"];
        await File.WriteAllBytesAsync(console, [], cancellationToken);
        // TMPDIR is where QEMU keeps what the machine writes to its disks.
        var options = new ToolOptions { Environment = new Dictionary<string, string> { ["TMPDIR"] = directory.FullName } };
        using var process = QemuCommandLine.Program(machine.Architecture).Start(QemuCommandLine.Create(machine, console, directory), options);
        var said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string? failure;
        try
        {
            failure = await WatchAsync(process, console, marker, cancellationToken);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            await output;
        }

        failure ??= before.SequenceEqual(Stamps()) ? null : "An artifact was changed during the run.";
        var text = ConsoleText.Read(console);
        return failure is null
            ? text
            : throw new InvalidOperationException(string.Join(Environment.NewLine, [failure, await said, "The console's last lines:", .. ConsoleText.LastLines(text)]));
    }

    /// <summary>Waits for the marker; returns what happened instead, or null.</summary>
    private async Task<string?> WatchAsync(Process process, string console, string marker, CancellationToken cancellationToken)
    {
        var time = Stopwatch.StartNew();
        TimeSpan? panic = null;
        while (true)
        {
            var ended = process.HasExited;
            var text = ConsoleText.Read(console);
            if (text.Contains(marker, StringComparison.Ordinal))
            {
                return null;
            }

            panic ??= text.Contains("Kernel panic - not syncing", StringComparison.Ordinal) ? time.Elapsed : null;
            var failure = ended ? $"QEMU ended with exit code {process.ExitCode} before it printed '{marker}'."
                : time.Elapsed - panic > AfterPanic ? "The kernel panicked."
                : time.Elapsed > machine.Timeout ? $"No '{marker}' within {machine.Timeout.TotalSeconds} seconds."
                : null;
            if (failure is not null)
            {
                return failure;
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private (string Path, long Length, DateTime Time)[] Stamps() =>
        [.. new[] { machine.Kernel, machine.Initrd, machine.CdRom, machine.Disk?.Path }.Concat(machine.Drives.Select(static d => d.Path)).OfType<string>()
            .Select(static path => (path, new FileInfo(path).Length, File.GetLastWriteTimeUtc(path)))];
}

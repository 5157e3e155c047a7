using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;

namespace ReproBuild.Registry.Credentials;

/// <summary>Reads what a credential helper writes, until it ends: whoever else keeps its output open is not waited for.</summary>
internal sealed class HelperOutput(int maxLength)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _text = new();

    /// <summary>Everything that the helper writes; null when it is too long.</summary>
    public static async Task<string?> ReadAsync(Process helper, int maxLength, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = new HelperOutput(maxLength);
        var reading = Task.WhenAll(
            output.ReadToEndAsync(helper.StandardOutput, end), helper.StandardError.BaseStream.CopyToAsync(Stream.Null, end.Token));
        try
        {
            if (await Task.WhenAny(reading, helper.WaitForExitAsync(end.Token)).ConfigureAwait(false) != reading
                && !await EndsAsync(reading, end.Token).ConfigureAwait(false))
            {
                EndHolders(helper.StandardOutput);
                EndHolders(helper.StandardError);
                await EndsAsync(reading, end.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return output._text.Length <= maxLength ? output._text.ToString() : null;
    }

    private async Task ReadToEndAsync(StreamReader output, CancellationTokenSource end)
    {
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer, end.Token).ConfigureAwait(false) is > 0 and var count)
        {
            _text.Append(buffer, 0, count);
            if (_text.Length > maxLength)
            {
                await end.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits a moment for what the helper wrote just before it ended.</summary>
    private static async Task<bool> EndsAsync(Task reading, CancellationToken cancellationToken) =>
        await Task.WhenAny(reading, Task.Delay(Grace, cancellationToken)).ConfigureAwait(false) == reading;

    /// <summary>
    /// Ends the processes that the helper left behind with its output as theirs. A daemon that is meant to stay, such as an agent for keys,
    /// gives up the output of who started it. Only Linux tells who they are.
    /// </summary>
    private static void EndHolders(StreamReader output)
    {
        if (!OperatingSystem.IsLinux() || output.BaseStream is not PipeStream stream)
        {
            return;
        }

        var pipe = LinkTarget($"/proc/self/fd/{stream.SafePipeHandle.DangerousGetHandle()}");
#pragma warning disable RS0030 // The order in which processes are ended reaches nothing.
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
#pragma warning restore RS0030
        {
            if (pipe is not null && int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && (LinkTarget($"{directory}/fd/1") == pipe || LinkTarget($"{directory}/fd/2") == pipe))
            {
                End(id);
            }
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return null;
        }
    }

    private static void End(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}

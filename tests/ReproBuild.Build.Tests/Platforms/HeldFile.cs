using System.Diagnostics;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>A file that a program for Windows has open.</summary>
internal sealed class HeldFile : IAsyncDisposable
{
    /// <summary>Others may only read it.</summary>
    public const string Read = "1";

    /// <summary>Others may read it, and move it away or delete it.</summary>
    public const string ReadAndDelete = "5";

    private readonly Process _holder;
    private bool _isClosed;

    private HeldFile(Process holder) => _holder = holder;

    /// <summary>Opens a file and returns when it is open.</summary>
    /// <param name="windows">Where the program runs.</param>
    /// <param name="tool">The program, which <see cref="WindowsTool"/> has compiled.</param>
    /// <param name="path">The file.</param>
    /// <param name="sharing">What others may do meanwhile.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<HeldFile> OpenAsync(WindowsProgram windows, string tool, string path, string sharing, CancellationToken cancellationToken)
    {
        var file = new HeldFile(await windows.StartAsync(tool, [sharing, windows.PathOf(path)]));
        try
        {
            Assert.Equal("held", (await file._holder.StandardOutput.ReadLineAsync(cancellationToken))?.TrimEnd());
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _holder.StandardInput.Close();
            await _holder.WaitForExitAsync();
            _holder.Dispose();
        }
    }
}

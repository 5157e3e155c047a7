namespace ReproBuild.Testing.Tools;

/// <summary>A small file system in memory, to fill up and to make read-only. Needs root on Linux.</summary>
public sealed class TemporaryFileSystem : IAsyncDisposable
{
    private static readonly ExternalTool Mount = new("mount", "mount");
    private static readonly ExternalTool Unmount = new("umount", "mount");

    private readonly TemporaryDirectory _directory = new("file-system");

    private TemporaryFileSystem()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Directory => _directory.FullName;

    /// <summary>Mounts one.</summary>
    /// <param name="size">How many bytes it holds.</param>
    public static async Task<TemporaryFileSystem> MountAsync(long size)
    {
        var mounted = new TemporaryFileSystem();
        await Mount.RunAsync(["-t", "tmpfs", "-o", $"size={size}", "tmpfs", mounted.Directory]);
        return mounted;
    }

    /// <summary>Makes room.</summary>
    public Task ResizeAsync(long size) => Mount.RunAsync(["-o", $"remount,size={size}", Directory]);

    /// <summary>Refuses every write from now on, even root's.</summary>
    public Task MakeReadOnlyAsync() => Mount.RunAsync(["-o", "remount,ro", Directory]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Unmount.RunAsync(["--lazy", Directory]);
        _directory.Dispose();
    }
}

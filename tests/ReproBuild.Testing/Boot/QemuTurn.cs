namespace ReproBuild.Testing.Boot;

/// <summary>Lets one machine run at a time, over all test processes of the host: emulation takes a whole processor.</summary>
internal sealed class QemuTurn : IDisposable
{
    private readonly FileStream _lock;

    private QemuTurn(FileStream held) => _lock = held;

    public static async Task<QemuTurn> WaitAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), "reprobuild-qemu.lock");
        while (true)
        {
            try
            {
                return new QemuTurn(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    public void Dispose() => _lock.Dispose();
}

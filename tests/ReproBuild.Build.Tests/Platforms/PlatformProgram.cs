using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line as a self-contained program for a platform that this machine can only emulate: published once, at first use.</summary>
public abstract class PlatformProgram(string runtime) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TemporaryDirectory _directory = new(runtime);
    private string? _program;

    /// <summary>Why tests that use it are skipped, or null when they can run.</summary>
    public abstract string? SkipReason { get; }

    /// <summary>How the program names a path of this machine.</summary>
    public virtual string PathOf(string path) => path;

    /// <summary>Runs the program to its end and returns what it wrote, whatever its exit code.</summary>
    public async Task<ToolResult> TryRunAsync(IEnumerable<string> arguments, ToolOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (emulator, before) = Emulator(await PublishAsync(cancellationToken));
        return await emulator.TryRunAsync([.. before, .. arguments], WithEnvironment(options ?? new ToolOptions()), cancellationToken);
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        _directory.Dispose();
        _turn.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Environment variables without which it does not run.</summary>
    protected abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The program that runs it, and that program's arguments.</summary>
    protected abstract (ExternalTool Tool, string[] Arguments) Emulator(string program);

    /// <summary>Prepares the emulator, once.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Options with the environment of the emulator, where they do not set it otherwise.</summary>
    protected ToolOptions WithEnvironment(ToolOptions options) =>
        options with { Environment = Environment.Where(pair => !options.Environment.ContainsKey(pair.Key)).Concat(options.Environment).ToDictionary() };

    /// <summary>Publishes the program and prepares the emulator, once.</summary>
    /// <returns>The path of the program.</returns>
    public async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_program is null)
            {
                await PrepareAsync(cancellationToken);
                _program = await PublishedCommandLine.PublishAsync(runtime, "--self-contained", _directory, cancellationToken);
            }

            return _program;
        }
        finally
        {
            _turn.Release();
        }
    }
}

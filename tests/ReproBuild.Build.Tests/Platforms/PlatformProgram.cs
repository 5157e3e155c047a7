using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line as a self-contained program for a platform that this machine can only emulate.</summary>
public abstract class PlatformProgram
{
    private readonly Lazy<Task<string>> _program;

    protected PlatformProgram(CommandLinePublisher publisher, string runtime) => _program = new(() => PublishAsync(publisher, runtime));

    /// <summary>Why tests that use it are skipped, or null when they can run.</summary>
    public abstract string? SkipReason { get; }

    /// <summary>Environment variables without which it does not run.</summary>
    protected abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The path of the program, published once, when its emulator is ready.</summary>
    public Task<string> GetAsync() => _program.Value;

    /// <summary>How the program names a path of this machine.</summary>
    public virtual string PathOf(string path) => path;

    /// <summary>Runs the program to its end and returns what it wrote, whatever its exit code.</summary>
    public async Task<ToolResult> TryRunAsync(IEnumerable<string> arguments, ToolOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (emulator, before) = Emulator(await GetAsync());
        return await emulator.TryRunAsync([.. before, .. arguments], WithEnvironment(options ?? new ToolOptions()), cancellationToken);
    }

    /// <summary>The program that runs it, and that program's arguments.</summary>
    protected abstract (ExternalTool Tool, string[] Arguments) Emulator(string program);

    /// <summary>Makes the emulator ready.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Options with the environment of the emulator, where they do not set it otherwise.</summary>
    protected ToolOptions WithEnvironment(ToolOptions options) =>
        options with { Environment = Environment.Where(pair => !options.Environment.ContainsKey(pair.Key)).Concat(options.Environment).ToDictionary() };

    private async Task<string> PublishAsync(CommandLinePublisher publisher, string runtime)
    {
        await PrepareAsync();

        // The same code has been analysed for this machine.
        return await publisher.PublishAsync(runtime, ["--self-contained", "-p:RunAnalyzers=false"], CancellationToken.None);
    }
}

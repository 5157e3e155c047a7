using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Formats;

/// <summary>Runs one output format outside a build, into memory.</summary>
public sealed record FormatRun
{
    /// <summary>The root file system.</summary>
    public required FileTree Root { get; init; }

    /// <summary>The kernel's files, or null.</summary>
    public KernelFiles? Kernel { get; init; }

    /// <summary>The architecture.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>The size of a disk in bytes, or null.</summary>
    public long? DiskSize { get; init; }

    /// <summary>How many threads the format may use.</summary>
    public int MaxParallelism { get; init; } = 1;

    /// <summary>The limits on what the format reads.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Where the format logs.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Called when the format creates an artifact.</summary>
    public Action OnCreate { get; init; } = static () => { };

    /// <summary>The artifacts by suffix.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> WriteAsync(IOutputFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        using var scratch = new ScratchSpace();
        var streams = new ConcurrentDictionary<string, MemoryStream>(StringComparer.Ordinal);
        var context = new OutputContext((suffix, _) =>
        {
            OnCreate();
            return new(streams.GetOrAdd(suffix, static _ => new MemoryStream()));
        })
        {
            BaseName = "test",
            Root = Root,
            Kernel = Kernel,
            Platform = Platform.Linux(Architecture),
            SourceDateEpoch = BuildOptions.LinuxKitEpoch,
            DiskSize = DiskSize,
            MaxParallelism = MaxParallelism,
            Limits = Limits,
            Scratch = scratch,
            Logger = Logger,
        };
        await format.WriteAsync(context, cancellationToken);
        return streams.ToDictionary(static s => s.Key, static s => s.Value.ToArray(), StringComparer.Ordinal);
    }
}

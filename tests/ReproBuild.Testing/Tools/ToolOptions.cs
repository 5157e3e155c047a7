namespace ReproBuild.Testing.Tools;

/// <summary>How to run an <see cref="ExternalTool"/>.</summary>
public sealed record ToolOptions
{
    /// <summary>How long it may run.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Its working directory.</summary>
    /// <value>Default null: this process's own.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads from standard input.</summary>
    /// <value>Default null: nothing.</value>
    public string? StandardInput { get; init; }

    /// <summary>Environment variables on top of this process's own; <c>LC_ALL</c> is <c>C</c> unless set here.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

namespace ReproBuild.Testing.Tools;

/// <summary>How a program ended and what it wrote.</summary>
public sealed record ToolResult(string Name, int ExitCode, string Output, string Error)
{
    /// <summary>This result when the exit code is 0.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message has what the program wrote.</exception>
    public ToolResult EnsureSuccess() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"{Name} ended with exit code {ExitCode}.{Environment.NewLine}{Error}{Environment.NewLine}{Output}");
}

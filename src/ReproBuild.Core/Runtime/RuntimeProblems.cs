using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>Collects what is wrong with a container's settings.</summary>
internal sealed class RuntimeProblems(ContainerRuntimeInput input)
{
    private readonly ProblemList _problems = new();

    /// <param name="field">The setting, such as <c>capabilities</c>.</param>
    /// <param name="message">What is wrong; what was expected.</param>
    public void Add(string field, string message)
    {
        var label = input.Label is null ? "" : $" (or the label {ContainerRuntime.SettingsLabel} of {input.Container.Image})";
        _problems.Add(input.Container.Source, $"container '{input.Container.Name}', {field}{label}: {message}");
    }

    public void ThrowIfAny() => _problems.ThrowIfAny();
}

namespace ReproBuild.Conformance;

/// <summary>The scratch directory of one run; it also checks the other places where a format might leave files.</summary>
internal sealed class TrialDirectory
{
    private readonly HashSet<string> _before;

    public TrialDirectory(string path, string baseName)
    {
        (FullName, BaseName) = (path, baseName);
        _before = [.. Named()];
    }

    public string FullName { get; }

    public string BaseName { get; }

    /// <summary>The files that are left after the scratch space is disposed.</summary>
    public IEnumerable<(ConformanceRule Rule, string Message)> FindStrays() => Look(FullName, "*")
        .Concat(Named().Where(path => !_before.Contains(path)))
        .Select(path => Path.GetFileName(path).Replace(BaseName, "NAME", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(static name => (ConformanceRule.StrayFiles, $"The file '{name}' was left behind. Use OutputContext.Scratch."));

    private IEnumerable<string> Named()
    {
        // Only searched for files that should not be there.
#pragma warning disable RS0030
        string[] places = [Directory.GetCurrentDirectory(), Path.GetTempPath()];
#pragma warning restore RS0030
        return places.SelectMany(place => Look(place, $"*{BaseName}*"));
    }

    // The names are sorted before they are reported, and go to findings, never to an output.
#pragma warning disable RS0030
    private static IEnumerable<string> Look(string directory, string pattern) => Directory.EnumerateFileSystemEntries(directory, pattern);
#pragma warning restore RS0030
}

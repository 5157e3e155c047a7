using System.Globalization;

namespace ReproBuild.Conformance;

/// <summary>The directory of all runs of a format; its name is the artifacts' base name, so that stray files can be recognised.</summary>
internal sealed class ConformanceDirectory : IDisposable
{
    private int _trials;

    public ConformanceDirectory()
    {
        // A test's scratch space. Its name is the base name of artifacts that are only compared with each other, then discarded.
#pragma warning disable RS0030
        FullName = Directory.CreateTempSubdirectory("reprobuild-conformance-").FullName;
#pragma warning restore RS0030
    }

    public string FullName { get; }

    public string BaseName => Path.GetFileName(FullName);

    /// <summary>A new, empty directory for one run. Safe for concurrent use.</summary>
    public TrialDirectory CreateTrial()
    {
        var number = Interlocked.Increment(ref _trials);
        var directory = Directory.CreateDirectory(Path.Combine(FullName, number.ToString(CultureInfo.InvariantCulture)));
        return new TrialDirectory(directory.FullName, BaseName);
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}

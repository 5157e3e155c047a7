using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Context;

/// <summary>Files of the host that a build reads until it ends.</summary>
internal sealed class HostFiles : IDisposable
{
    private readonly List<FileBlob> _files = [];

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a directory.</exception>
    public FileContent Open(string path)
    {
        var file = new FileBlob(path);
        _files.Add(file);
        return new FileContent(file, 0, file.Length);
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }
}

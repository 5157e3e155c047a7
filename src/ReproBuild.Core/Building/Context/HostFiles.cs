using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Context;

/// <summary>
/// The sources of <c>files</c>: opened before anything is fetched, since one that is missing ends the build, and readable until it ends.
/// </summary>
internal sealed class HostFiles : IDisposable
{
    private readonly Dictionary<int, FileContent> _sources = [];
    private readonly List<FileBlob> _blobs = [];

    /// <summary>Opens the source of every entry that has one.</summary>
    /// <exception cref="RootFileSystemException">A source cannot be read; the message says why and what to do.</exception>
    public void Open(LinuxKitConfig config, BuildOptions options)
    {
        for (var i = 0; i < config.Files.Length; i++)
        {
            if (config.Files[i] is { SourcePath: { Length: > 0 } source } file && Open(file, source, options) is { } blob)
            {
                _blobs.Add(blob);
                _sources.Add(i, new FileContent(blob, 0, blob.Length));
            }
        }
    }

    /// <summary>The content of an entry's source, or null when it is optional and absent.</summary>
    /// <param name="index">The entry's position in <c>files</c>.</param>
    public FileContent? Find(int index) => _sources.GetValueOrDefault(index);

    public void Dispose()
    {
        foreach (var blob in _blobs)
        {
            blob.Dispose();
        }
    }

    private static FileBlob? Open(FileConfig file, string source, BuildOptions options)
    {
        var path = source;
        try
        {
            path = HostPath(source, options);
            return file.Optional && !Path.Exists(path) ? null : new FileBlob(path);
        }
        catch (Exception e) when (HostFileError.IsOne(e))
        {
            var where = file.Location is null ? "" : $"{file.Location}: ";
            var remedy = Directory.Exists(path) ? "Give a file; 'directory: true' makes an empty directory."
                : "Give a readable file, or set 'optional: true' to go without it when it is absent.";
            throw new RootFileSystemException(
                $"{where}the source '{source}' of '{file.Path}' cannot be read: {HostFileError.Reason(e, path)}. {remedy}", e);
        }
    }

    private static string HostPath(string source, BuildOptions options) => source is ['~', var separator, ..] && IsSeparator(separator)
        ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), source[1..])
        : Path.GetFullPath(source, Path.GetFullPath(options.WorkingDirectory ?? "."));

    private static bool IsSeparator(char c) => c == Path.DirectorySeparatorChar || c == Path.AltDirectorySeparatorChar;
}

using System.Text;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Runtime;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Adds the entries of <c>files</c>.</summary>
internal sealed class FileStage(BuildContext build, RootBuilder root)
{
    private const string OwnSource = "linuxkit.files";
    private const UnixFileMode DefaultFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DefaultDirectoryMode = DefaultFileMode | UnixFileMode.UserExecute;

    private readonly IReadOnlyDictionary<string, uint> _ids = ContainerIds.Assign(build.Config);

    public void Run()
    {
        for (var i = 0; i < build.Config.Files.Length; i++)
        {
            Put(build.Config.Files[i], new FileOrigin(OwnSource, $"files[{i}]"));
        }
    }

    private void Put(FileConfig file, FileOrigin origin)
    {
        var (user, group) = (Owner(file, "uid", file.UserId ?? OwnerId.Root), Owner(file, "gid", file.GroupId ?? OwnerId.Root));
        var mode = file.Mode ?? (file.Directory ? DefaultDirectoryMode : DefaultFileMode);
        if (CreateInode(file, mode)?.WithOwner(user, group) is not { } inode)
        {
            return;
        }

        try
        {
            var path = root.ResolveParents(file.Path);
            root.Put(path, inode, origin, root.Inodes.Directory(WithSearchBits(mode)).WithOwner(user, group));
        }
        catch (ArgumentException e)
        {
            throw new RootFileSystemException(
                $"{Where(file)}the file '{file.Path}' cannot be put there: {e.Message} Give a path that leads through directories.", e);
        }
    }

    private uint Owner(FileConfig file, string field, OwnerId owner) => ContainerIds.Find(owner, _ids) ??
        throw new ConfigurationException([new ConfigurationProblem(file.Location, $"file '{file.Path}', {field}: {ContainerIds.Unknown(owner)}")]);

    /// <summary>Null when an optional source is absent.</summary>
    private Inode? CreateInode(FileConfig file, UnixFileMode mode)
    {
        if (file.Directory)
        {
            return root.Inodes.Directory(mode);
        }

        if (file.SymbolicLink is { } target)
        {
            return root.Inodes.SymbolicLink(target);
        }

        return Content(file) is { } content ? root.Inodes.File(content, mode) : null;
    }

    private FileContent? Content(FileConfig file) => file switch
    {
        { Contents: { } text } => FileContent.FromBytes(Encoding.UTF8.GetBytes(text)),
        { Metadata: FileMetadata.Yaml } => FileContent.FromBytes(build.Config.ToYaml()),
        { Metadata: FileMetadata.Json } => FileContent.FromBytes(build.Config.ToJson()),
        _ => HostFile(file),
    };

    private FileContent? HostFile(FileConfig file)
    {
        try
        {
            var path = HostPath(file.SourcePath!);
            return file.Optional && !Path.Exists(path) ? null : build.HostFiles.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RootFileSystemException(
                $"{Where(file)}the source '{file.SourcePath}' of '{file.Path}' cannot be read: {e.Message} " +
                "Give a readable file, or set 'optional: true' to go without it.",
                e);
        }
    }

    private string HostPath(string source)
    {
        const string HomePrefix = "~/";
        return source.StartsWith(HomePrefix, StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), source[HomePrefix.Length..])
            : Path.GetFullPath(source, Path.GetFullPath(build.Options.WorkingDirectory ?? "."));
    }

    /// <summary>Each class (owner, group, others) that has any permission may also search.</summary>
    private static UnixFileMode WithSearchBits(UnixFileMode mode)
    {
        const int ClassBits = 0b111;
        for (var shift = 0; shift <= 6; shift += 3)
        {
            if (((int)mode & (ClassBits << shift)) != 0)
            {
                mode |= (UnixFileMode)(1 << shift);
            }
        }

        return mode;
    }

    private static string Where(FileConfig file) => file.Location is null ? "" : $"{file.Location}: ";
}

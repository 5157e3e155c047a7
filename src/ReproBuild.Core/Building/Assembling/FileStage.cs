using System.Text;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Adds the entries of <c>files</c>.</summary>
internal sealed class FileStage(BuildContext build, RootBuilder root)
{
    private const string OwnSource = "linuxkit.files";
    private const UnixFileMode DefaultFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DefaultDirectoryMode = DefaultFileMode | UnixFileMode.UserExecute;

    /// <summary>Where LinuxKit's init mounts file systems before anything else runs.</summary>
    private static readonly HashSet<ByteString> MountedAtBoot = ["dev", "proc", "run", "sys", "tmp"];

    private readonly IReadOnlyDictionary<string, uint> _ids = ContainerIds.Assign(build.Config);

    /// <summary>Holds the paths and the links of <c>files</c> to the limits that the entries of images are held to.</summary>
    public static void Check(BuildContext build)
    {
        foreach (var file in build.Config.Files)
        {
            if (Problem(file, build.Options.Limits) is { } problem)
            {
                throw new RootFileSystemException(
                    $"{Where(file)}the file '{file.Path.Shown()}' cannot be made: {problem}. Shorten it, or raise the limit.");
            }
        }
    }

    public void Run(CancellationToken cancellationToken)
    {
        for (var i = 0; i < build.Config.Files.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Put(build.Config.Files[i], i);
        }
    }

    private void Put(FileConfig file, int index)
    {
        var (user, group) = (Owner(file.UserId), Owner(file.GroupId));
        var mode = file.Mode ?? (file.Directory ? DefaultDirectoryMode : DefaultFileMode);
        if (CreateInode(file, index, mode)?.WithOwner(user, group) is not { } inode)
        {
            return;
        }

        try
        {
            var path = root.ResolveParents(file.Path);
            root.Put(path, inode, new FileOrigin(OwnSource, $"files[{index}]"), root.Inodes.Directory(WithSearchBits(mode)).WithOwner(user, group));
            WarnIfHidden(file, path);
        }
        catch (ArgumentException e)
        {
            throw new RootFileSystemException(
                $"{Where(file)}the file '{file.Path.Shown()}' cannot be put there: {e.MessageWithoutParameter()} " +
                "Give a path that leads through directories.",
                e);
        }
    }

    /// <summary>Every name was found when the configuration was checked.</summary>
    private uint Owner(OwnerId? owner) => ContainerIds.Find(owner ?? OwnerId.Root, _ids)!.Value;

    private void WarnIfHidden(FileConfig file, ByteString path)
    {
        var components = TreePath.Split(path);
        if (components.Count > 1 && MountedAtBoot.Contains(components[0]))
        {
            var target = path == TreePath.Join(TreePath.Split(file.Path)) ? "" : $" (through a symbolic link: /{path.Shown()})";
            BuildLog.HiddenAtBoot(build.Logger, $"{Where(file)}the file '{file.Path.Shown()}'{target}", $"/{components[0].Shown()}");
        }
    }

    /// <summary>Null when an optional source is absent.</summary>
    private Inode? CreateInode(FileConfig file, int index, UnixFileMode mode)
    {
        if (file.Directory)
        {
            return root.Inodes.Directory(mode);
        }

        if (file.SymbolicLink is { Length: > 0 } target)
        {
            return root.Inodes.SymbolicLink(target);
        }

        return Content(file, index) is { } content ? root.Inodes.File(content, mode) : null;
    }

    private FileContent? Content(FileConfig file, int index) => file switch
    {
        { Contents: { } text } => FileContent.FromBytes(Encoding.UTF8.GetBytes(text)),
        { Metadata: FileMetadata.Yaml } => FileContent.FromBytes(build.Config.ToYaml()),
        { Metadata: FileMetadata.Json } => FileContent.FromBytes(build.Config.ToJson()),
        _ => build.HostFiles.Find(index),
    };

    /// <summary>Each class (owner, group, others) that may do anything may also search.</summary>
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

    private static string? Problem(FileConfig file, InputLimits limits)
    {
        ByteString target = file.SymbolicLink ?? "";
        var components = TreePath.Split(file.Path);
        return PathLimits.Problem(TreePath.Join(components).Length, limits) ?? PathLimits.Problem(components, limits)
            ?? PathLimits.TargetProblem(target, limits)
            ?? (target.Span.Contains((byte)0) ? "the link target contains a NUL character, which ends a target" : null);
    }

    private static string Where(FileConfig file) => file.Location is null ? "" : $"{file.Location}: ";
}

using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tar;

/// <summary><c>docker</c>: the root file system as a tar with a <c>Dockerfile</c>, a context for <c>docker build</c>.</summary>
/// <remarks>As in LinuxKit, a file <c>Dockerfile</c> in the root of the file system gives way to it. A directory of that name is refused.</remarks>
internal sealed class DockerFormat : IOutputFormat
{
    private const string Suffix = ".docker";
    private const UnixFileMode DockerfileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly ByteString DockerfileName = "Dockerfile";
    private static readonly FileContent Dockerfile = FileContent.FromBytes(Encoding.ASCII.GetBytes(
        """

        FROM scratch

        COPY . ./

        ENTRYPOINT ["/bin/rc.init"]

        """.ReplaceLineEndings("\n")));

    /// <inheritdoc/>
    public string Name => "docker";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return TarImage.WriteAsync(context, Suffix, WithDockerfile(context), cancellationToken);
    }

    private static FileTree WithDockerfile(OutputContext context)
    {
        if (context.Root.Find(DockerfileName) is { Inode.IsDirectory: true })
        {
            throw new OutputFormatException(
                $"'/{DockerfileName}' is a directory, and would give way to the file of that name. Rename it, or choose tar.");
        }

        var builder = new FileTreeBuilder(context.Root.Root.Inode);
        builder.AddTree(ByteString.Empty, context.Root);
        builder.Add(DockerfileName, new Inode
        {
            Type = FileType.RegularFile,
            Mode = DockerfileMode,
            ModificationTime = new FileTime(context.SourceDateEpoch),
            Content = Dockerfile,
        });
        return builder.Build();
    }
}

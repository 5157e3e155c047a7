using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tar;

/// <summary><c>docker</c>: the root file system as a tar with a <c>Dockerfile</c>, a context for <c>docker build</c>.</summary>
/// <remarks>As in LinuxKit, a <c>Dockerfile</c> in the root of the file system gives way to it.</remarks>
public sealed class DockerFormat : IOutputFormat
{
    private const string Suffix = ".docker";
    private const int DockerfileMode = 0b110_100_100;

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
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var tree = WithDockerfile(context);
        var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await FileTreeTar.WriteAsync(tree, artifact, cancellationToken).ConfigureAwait(false);
        }
    }

    private static FileTree WithDockerfile(OutputContext context)
    {
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

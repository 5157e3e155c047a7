using System.Collections.Immutable;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Build.Tests.Real;

/// <summary>An <c>iso-bios</c> with one of everything in <c>/sample</c> and a program <c>/check</c> that lists it.</summary>
internal sealed class SampleIsoFormat : IOutputFormat
{
    private const string Script = """
        #!/bin/sh
        cd /sample
        find . -exec stat -c 'STAT %n|%a|%u:%g|%Y|%h|%t:%T' {} +
        find . -type f -exec sha256sum {} +
        find . -type l | while read -r link; do echo "LINK $link|$(readlink "$link")"; done
        echo "REPROBUILD-$((6 * 7))"
        poweroff -f

        """;

    private static readonly string Deep = string.Join('/', Enumerable.Range(1, 30).Select(static i => $"level-{i}"));

    public string Name => "sample-iso";

    public ImmutableArray<string> ArtifactSuffixes { get; } = ["-sample.iso"];

    public Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        var builder = new FileTreeBuilder(context.Root.Root.Inode);
        builder.AddTree(ByteString.Empty, context.Root);
        builder.Add("check", SampleTree.File(System.Text.Encoding.ASCII.GetBytes(Script), mode: (UnixFileMode)0b111_101_101));
        builder.Add("sample", SampleTree.Directory());
        builder.AddTree("sample", Sample());
        var changed = new OutputContext((_, token) => context.CreateArtifactAsync("-sample.iso", token))
        {
            BaseName = context.BaseName,
            Root = builder.Build(),
            Kernel = context.Kernel,
            Platform = context.Platform,
            SourceDateEpoch = context.SourceDateEpoch,
            Scratch = context.Scratch,
            Logger = context.Logger,
        };
        return StandardOutputFormats.All.Single(static f => f.Name == "iso-bios").WriteAsync(changed, cancellationToken);
    }

    /// <summary>What the program prints of the names that a console shows as they are.</summary>
    public static IEnumerable<string> ExpectedLines()
    {
        var entries = Sample().Entries.Where(static e => !e.Path.Span.ContainsAnyExceptInRange((byte)' ', (byte)'~'));
        foreach (var entry in entries)
        {
            var inode = entry.Inode;
            var links = inode.IsDirectory ? 2 + entry.Children.Count(static c => c.Inode.IsDirectory) : entry.LinkCount;
            yield return $"STAT ./{entry.Path}|{Convert.ToString((int)inode.Mode, 8)}|{inode.UserId}:{inode.GroupId}|{inode.ModificationTime.Seconds}|{links}|{inode.DeviceMajor:x}:{inode.DeviceMinor:x}";
            if (inode.Type == FileType.RegularFile)
            {
                yield return $"{Convert.ToHexStringLower(SHA256.HashData(inode.Content.OpenRead()))}  ./{entry.Path}";
            }
            else if (inode.Type == FileType.SymbolicLink)
            {
                yield return $"LINK ./{entry.Path}|{inode.LinkTarget}";
            }
        }
    }

    private static FileTree Sample()
    {
        var builder = new FileTreeBuilder();
        builder.AddTree(ByteString.Empty, SampleTree.Create());
        builder.Add($"{Deep}/file", SampleTree.File("at the bottom"u8.ToArray()), implicitParent: SampleTree.Directory());
        builder.Add(new string('n', 253), SampleTree.File("253"u8.ToArray()));
        foreach (var (index, target) in ((string[])["/", ".", "..", "a/", "//a//b", "./../.", new string('x', 255), string.Join('/', Enumerable.Repeat(new string('y', 255), 12))]).Index())
        {
            builder.Add($"link-{index}", SampleTree.SymbolicLink(target));
        }

        return builder.Build();
    }
}

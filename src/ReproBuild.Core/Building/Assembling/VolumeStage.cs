using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Lays out each volume: its image in <c>lower</c>, and the directories that an overlay needs beside it.</summary>
internal static class VolumeStage
{
    private const string OwnSource = "linuxkit.volumes";
    private const string EmptySource = "empty";

    public static void Run(AssemblyContext context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < context.Config.Volumes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var volume = context.Config.Volumes[i];
            var source = volume.Image?.ToString() ?? EmptySource;
            var content = new FileOrigin(source, $"volume[{i}]");
            var own = new FileOrigin(OwnSource, content.Location);
            var directory = $"containers/volumes/{volume.Name}";
            context.Root.PutDirectories(content, "containers", "containers/volumes", directory, $"{directory}/lower");
            context.Root.PutDirectories(own, $"{directory}/tmp", $"{directory}/merged");
            PutContent(context, volume, $"{directory}/lower", content);
        }
    }

    private static void PutContent(AssemblyContext context, VolumeConfig volume, string lower, FileOrigin origin)
    {
        if (volume.Image is not { } image)
        {
            return;
        }

        if (volume.Format != VolumeFormat.Oci)
        {
            var tree = ImageAdjustments.Apply(context.Images.Tree(image), context.Inodes, linkResolver: true);
            context.Root.PutTree(lower, tree, origin);
            context.Unpacked.Add(new UnpackedImage(image, lower));
            return;
        }

        PutLayout(context, context.Images.Artifact(volume.Name), lower, origin);
    }

    /// <summary>An OCI image layout (OCI image specification 1.1, image-layout.md) that names the image by its full reference.</summary>
    private static void PutLayout(AssemblyContext context, OciArtifact artifact, string lower, FileOrigin origin)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["manifests"] = new JsonArray(new JsonObject
            {
                ["mediaType"] = artifact.MediaType,
                ["digest"] = artifact.Digest.ToString(),
                ["size"] = artifact.Size,
                ["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = origin.Source },
            }),
        };
        context.Root.Put($"{lower}/oci-layout", context.Inodes.TextFile("""{"imageLayoutVersion":"1.0.0"}"""), origin);
        context.Root.Put($"{lower}/index.json", context.Inodes.File(FileContent.FromBytes(CanonicalJsonWriter.Serialize(index))), origin);
        foreach (var blob in artifact.Blobs)
        {
            context.Root.Put($"{lower}/blobs/{blob.Digest.Algorithm}/{blob.Digest.Hex}", context.Inodes.File(blob.Content), origin);
        }
    }
}

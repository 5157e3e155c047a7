using System.Text.Json.Nodes;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Lays out each volume: its image in <c>lower</c>, and the directories that an overlay needs next to it.</summary>
internal static class VolumeStage
{
    private const string OwnSource = "linuxkit.volumes";
    private const string EmptySource = "empty";

    public static void Run(BuildContext build, RootBuilder root, CancellationToken cancellationToken)
    {
        for (var i = 0; i < build.Config.Volumes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var volume = build.Config.Volumes[i];
            var source = volume.Image?.ToString() ?? EmptySource;
            var content = new FileOrigin(source, $"volume[{i}]");
            var own = new FileOrigin(OwnSource, content.Location);
            var directory = $"containers/volumes/{volume.Name}";
            root.PutDirectories(content, "containers", "containers/volumes", directory, $"{directory}/lower");
            root.PutDirectories(own, $"{directory}/tmp", $"{directory}/merged");
            PutContent(build, root, volume, $"{directory}/lower", content, cancellationToken);
        }
    }

    private static void PutContent(
        BuildContext build, RootBuilder root, VolumeConfig volume, string lower, FileOrigin origin, CancellationToken cancellationToken)
    {
        if (volume.Image is not { } reference)
        {
            return;
        }

        if (volume.Format != VolumeFormat.Oci)
        {
            ImageAdjustments.Unpack(root, lower, build.Images.Tree(reference, cancellationToken), origin, linkResolver: true, cancellationToken);
            root.Unpacked.Add(new UnpackedImage(reference, lower));
            return;
        }

        PutLayout(root, build.Images.Artifact(volume.Name), lower, origin);
    }

    /// <summary>An OCI image layout (OCI image specification 1.1, image-layout.md) that names the image by its full reference.</summary>
    private static void PutLayout(RootBuilder root, OciArtifact artifact, string lower, FileOrigin origin)
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
        root.Put($"{lower}/oci-layout", root.Inodes.TextFile("""{"imageLayoutVersion":"1.0.0"}"""), origin);
        root.Put($"{lower}/index.json", root.Inodes.File(FileContent.FromBytes(CanonicalJsonWriter.Serialize(index))), origin);
        foreach (var blob in artifact.Blobs)
        {
            root.Put($"{lower}/blobs/{blob.Digest.Algorithm}/{blob.Digest.Hex}", root.Inodes.File(blob.Content), origin);
        }
    }
}

using ReproBuild.Core.Building.Context;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Sbom;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Merges what the images say about their contents into one bill of materials.</summary>
internal static class SbomStage
{
    public const string FileName = "sbom.spdx.json";

    private const string OwnSource = "linuxkit.sbom";

    /// <summary>Not the build's name: artifacts with other names have the same root file system.</summary>
    private const string DocumentName = "linuxkit";

    public static async Task RunAsync(BuildContext build, RootBuilder root, CancellationToken cancellationToken)
    {
        var inputs = new List<SpdxInput>();
        foreach (var unpacked in root.Unpacked)
        {
            var image = build.Images.Image(unpacked.Reference);
            foreach (var document in await image.GetSpdxDocumentsAsync(cancellationToken).ConfigureAwait(false))
            {
                inputs.Add(new SpdxInput(image.Reference.ToString(), unpacked.Directory, document));
            }
        }

        var merged = SpdxMerger.Merge(DocumentName, build.Options.SourceDateEpoch, inputs, build.Options.Limits);
        root.Put(FileName, root.Inodes.File(FileContent.FromBytes(merged)), new FileOrigin(OwnSource, "sbom"));
    }
}

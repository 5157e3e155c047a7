using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Sbom;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Merges what the images say of their contents into one bill of materials.</summary>
internal static class SbomStage
{
    public const string FileName = "sbom.spdx.json";

    private const string OwnSource = "linuxkit.sbom";

    /// <summary>Not the build's name: artifacts that are called otherwise have the same root file system.</summary>
    private const string DocumentName = "linuxkit";

    public static async Task RunAsync(AssemblyContext context, CancellationToken cancellationToken)
    {
        var inputs = new List<SpdxInput>();
        foreach (var unpacked in context.Unpacked)
        {
            var image = context.Images.Image(unpacked.Reference);
            foreach (var document in await image.GetSpdxDocumentsAsync(cancellationToken).ConfigureAwait(false))
            {
                inputs.Add(new SpdxInput(image.Reference.ToString(), unpacked.Directory, document));
            }
        }

        var merged = SpdxMerger.Merge(DocumentName, context.Options.SourceDateEpoch, inputs, context.Options.Limits);
        context.Root.Put(FileName, context.Inodes.File(FileContent.FromBytes(merged)), new FileOrigin(OwnSource, "sbom"));
    }
}

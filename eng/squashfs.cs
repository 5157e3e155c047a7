#:project ../src/ReproBuild.Outputs/ReproBuild.Outputs.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Writes a tar archive as a SquashFS image, to measure it and to compare it with other programs: see docs/compression.md.
// Arguments: the archive, the image, the compression (Gzip, Lz4 or Zstd), the size of a block.
using System.Globalization;
using ReproBuild;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Outputs.SquashFs;

var options = new SquashFsOptions
{
    Compression = Enum.Parse<SquashFsCompression>(args[2]), BlockSize = int.Parse(args[3], CultureInfo.InvariantCulture),
};
using var archive = new FileBlob(args[0]);
await using var tar = File.OpenRead(args[0]);
var index = await LayerIndex.FromTarAsync(tar, InputLimits.Default).ConfigureAwait(false);
var tree = LayerApplier.Apply([new Layer(Digest.OfSha256(default), archive, index)], InputLimits.Default);
using var scratch = new ScratchSpace();
var content = await SquashFsImage.CreateAsync(tree, options, scratch).ConfigureAwait(false);
await content.SaveAsync(args[1]).ConfigureAwait(false);

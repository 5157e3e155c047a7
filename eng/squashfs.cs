#:project ../src/ReproBuild.Outputs/ReproBuild.Outputs.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false
using System.Globalization;
using ReproBuild;
using ReproBuild.Core.Layers;
using ReproBuild.Outputs.SquashFs;
using var archive = new FileBlob(args[0]);
using var scratch = new ScratchSpace();

// Writes a tar archive as a SquashFS image, to measure it and to compare it with other programs: see docs/compression.md.
// Arguments: the archive, the image, the compression (Gzip, Lz4 or Zstd), the size of a block.
var options = new SquashFsOptions { Compression = Enum.Parse<SquashFsCompression>(args[2]), BlockSize = int.Parse(args[3], CultureInfo.InvariantCulture) };
await using var tar = File.OpenRead(args[0]);
var index = await LayerIndex.FromTarAsync(tar, InputLimits.Default).ConfigureAwait(false);
var tree = LayerApplier.Apply([new Layer(Digest.OfSha256(default), archive, index)], InputLimits.Default);
await using var output = File.Create(args[1]);
await SquashFsImage.WriteAsync(tree, output, options, scratch).ConfigureAwait(false);

#:project ../src/ReproBuild.Outputs/ReproBuild.Outputs.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Writes the files of a layer, an uncompressed tar, as an EROFS image, to measure it and to compare it with mkfs.erofs: see docs/compression.md.
using System.Globalization;
using ReproBuild;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Outputs.Erofs;

if (args is not [var layer, var image, .. var rest])
{
    Console.Error.WriteLine("usage: erofs LAYER.tar IMAGE [None|Lz4 [THREADS]]");
    return 2;
}

using var archive = new FileBlob(layer);
await using var tar = File.OpenRead(layer);
var index = await LayerIndex.FromTarAsync(tar, InputLimits.Default).ConfigureAwait(false);
var tree = LayerApplier.Apply([new Layer(Digest.OfSha256([]), archive, index)], InputLimits.Default);
using var scratch = new ScratchSpace();
var options = new ErofsOptions
{
    Uuid = Guid.Empty,
    Compression = rest.Length > 0 ? Enum.Parse<ErofsCompression>(rest[0]) : ErofsCompression.None,
    MaxParallelism = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 1,
};
var content = await ErofsImage.CreateAsync(tree, options, scratch).ConfigureAwait(false);
await content.SaveAsync(image).ConfigureAwait(false);
return 0;

#:project ../src/ReproBuild.Core/ReproBuild.Core.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Compresses standard input to standard output with one thread, a frame for each piece of 1 MiB, or of the bytes that the second argument
// says, to measure the encoder and to compare it with other programs: see docs/compression.md.
using System.Globalization;
using ReproBuild.Core.Compression;

var effort = args.Length == 0 ? CompressionEffort.Best : Enum.Parse<CompressionEffort>(args[0], ignoreCase: true);
var piece = new byte[args.Length < 2 ? 1024 * 1024 : int.Parse(args[1], CultureInfo.InvariantCulture)];
var frame = new byte[ZstandardFrameEncoder.GetMaxCompressedLength(piece.Length)];
await using var input = Console.OpenStandardInput();
await using var output = Console.OpenStandardOutput();
for (int length; (length = await input.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false).ConfigureAwait(false)) > 0;)
{
    var written = ZstandardFrameEncoder.Compress(piece.AsSpan(0, length), frame, effort);
    await output.WriteAsync(frame.AsMemory(0, written)).ConfigureAwait(false);
}

#:project ../src/ReproBuild.Core/ReproBuild.Core.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Compresses standard input to standard output, to measure the encoders and to compare them with other programs: see docs/compression.md.
//   compress gzip|zstd|lz4 [THREADS [fast|default|best]]
using System.Globalization;
using ReproBuild;
using ReproBuild.Core.Compression;

var threads = args.Length < 2 ? 1 : int.Parse(args[1], CultureInfo.InvariantCulture);
var effort = args.Length < 3 ? CompressionEffort.Default : Enum.Parse<CompressionEffort>(args[2], ignoreCase: true);
await using var input = Console.OpenStandardInput();
var output = Console.OpenStandardOutput();
await using DeterministicCompressionStream compressed = args[0] switch
{
    "gzip" => new DeterministicGzipStream(output, maxParallelism: threads, effort: effort),
    "zstd" => new DeterministicZstandardStream(output, maxParallelism: threads, effort: effort),
    "lz4" => new DeterministicLz4Stream(output, maxParallelism: threads),
    var other => throw new ArgumentException($"{other} is not gzip, zstd or lz4."),
};
await input.CopyToAsync(compressed, 1024 * 1024).ConfigureAwait(false);

#:project ../src/ReproBuild.Core/ReproBuild.Core.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Compresses standard input to standard output, to measure the encoder and to compare it with other programs: see docs/compression.md.
using System.Globalization;
using ReproBuild.Core.Compression;

var threads = args.Length == 0 ? 1 : int.Parse(args[0], CultureInfo.InvariantCulture);
await using var input = Console.OpenStandardInput();
var effort = args.Length < 2 ? CompressionEffort.Default : Enum.Parse<CompressionEffort>(args[1], ignoreCase: true);
await using var gzip = new DeterministicGzipStream(Console.OpenStandardOutput(), maxParallelism: threads, effort: effort);
await input.CopyToAsync(gzip, 1024 * 1024).ConfigureAwait(false);

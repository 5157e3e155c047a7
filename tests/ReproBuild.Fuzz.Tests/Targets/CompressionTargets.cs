using System.Buffers.Binary;
using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Compressed layers.</summary>
internal static class CompressionTargets
{
    private const byte GzipMagic = 0x1F;

    private static readonly ImageReference Repository = ImageReference.Parse("registry.example.com/image");
    private static readonly Digest UnknownDiffId = Digest.OfSha256("another layer"u8);

    /// <summary>The input is a layer as a registry stores it. Its diff id is right, if it can be uncompressed at all.</summary>
    public static void ReadLayer(byte[] input)
    {
        var archive = new MemoryStream();
        try
        {
            Ingest(input, UnknownDiffId, archive);
        }
        catch (ReproBuildException) when (archive.Length > 0)
        {
            Ingest(input, Digest.OfSha256(archive.ToArray()), Stream.Null);
        }
    }

    /// <summary>
    /// The input is a gzip layer; or, when it does not begin like one, how many members there are, where they are cut off, and their content.
    /// </summary>
    public static void ReadGzip(byte[] input)
    {
        if (input.Length < 3 || input[0] == GzipMagic)
        {
            // What comes out whole is what the framework reads, which takes cut data for whole ones.
            var content = Uncompress(new GzipInput(new MemoryStream(input)));
            Must(
                content is null || content.AsSpan().SequenceEqual(Uncompress(new GZipStream(new MemoryStream(input), CompressionMode.Decompress))),
                "gzip is read like anywhere");
            ReadLayer(input);
            return;
        }

        var ends = new List<long>();
        var members = new MemoryStream();
        foreach (var part in input[3..].Chunk(Math.Max(1, (input.Length - 3) / ((input[0] % 4) + 1))))
        {
            using (var gzip = new GZipStream(members, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(part);
            }

            ends.Add(members.Length);
        }

        var cut = BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(1)) % ((int)members.Length + 1);
        var read = Uncompress(new GzipInput(new MemoryStream(members.ToArray(), 0, cut)));
        Must((read is not null) == (cut == 0 || ends.Contains(cut)), "gzip that is cut off is refused, and only that");
    }

    private static void Ingest(byte[] input, Digest diffId, Stream archive)
    {
        var descriptor = new OciDescriptor("application/vnd.oci.image.layer.v1.tar+zstd", Digest.OfSha256(input), input.Length);
        new LayerIngest(Repository, descriptor, "blob", diffId, Limits).RunAsync(Blob.FromBytes(input), archive, CancellationToken.None)
            .GetAwaiter().GetResult();
    }

    /// <summary>The content, or null when it is refused.</summary>
    private static byte[]? Uncompress(Stream stream)
    {
        using (stream)
        {
            try
            {
                var content = new MemoryStream();
                var buffer = new byte[999];
                for (int count; content.Length < Limits.MaxArchiveSize && (count = stream.Read(buffer)) > 0;)
                {
                    content.Write(buffer, 0, count);
                }

                return content.ToArray();
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
    }
}

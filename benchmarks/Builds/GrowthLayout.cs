using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace ReproBuild.Builds;

/// <summary>
/// An OCI layout of images that are the same 128 MB of real files again and again. Each copy has marks of its own in every file, at least one in
/// 64 KiB, so that nothing of it is found in what was kept of another.
/// </summary>
internal static class GrowthLayout
{
    private const string Container = "containers/services/compute/";
    private const int MarkDistance = 64 * 1024;
    private const long ContentLength = 128_000_000;

    /// <summary>Writes images with the tags <c>copy-0</c>, <c>copy-1</c> and so on; their layers are not compressed.</summary>
    public static void Write(string rootTar, string directory, int copies)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(directory, "blobs/sha256"));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var manifests = Enumerable.Range(0, copies).Select(copy => WriteImage(rootTar, directory, copy)).ToList();
        File.WriteAllText(Path.Combine(directory, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', manifests)}}]}""");
    }

    /// <summary>Writes one image and returns its descriptor.</summary>
    private static string WriteImage(string rootTar, string directory, int copy)
    {
        var unnamed = Path.Combine(directory, "layer");
        WriteLayer(rootTar, unnamed, copy);
        string layer;
        long length;
        using (var stream = File.OpenRead(unnamed))
        {
            (layer, length) = (Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length);
        }

        File.Move(unnamed, Path.Combine(directory, "blobs/sha256", layer));
        var (config, configLength) = WriteBlob(
            directory, $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:{{{layer}}}"]}}""");
        var (manifest, manifestLength) = WriteBlob(directory, $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{config}}","size":{{configLength}}},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{{layer}}","size":{{length}}}]}
            """);
        return $$$"""
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{manifest}}}","size":{{{manifestLength}}},
             "annotations":{"org.opencontainers.image.ref.name":"copy-{{{copy}}}"}}
            """;
    }

    private static (string Hash, int Length) WriteBlob(string directory, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(directory, "blobs/sha256", hash), bytes);
        return (hash, bytes.Length);
    }

    private static void WriteLayer(string rootTar, string path, int copy)
    {
        using var input = File.OpenRead(rootTar);
        using var reader = new TarReader(input);
        using var output = File.Create(path);
        using var writer = new TarWriter(output);
        var left = ContentLength;
        while (left > 0 && reader.GetNextEntry() is { } entry)
        {
            if (NameInImage(entry.Name) is not { } name)
            {
                continue;
            }

            left -= entry.Length;
            writer.WriteEntry(Copy(entry, name, copy));
        }
    }

    /// <summary>A path in the container's image, or null for any other and for the image's root.</summary>
    private static string? NameInImage(string path)
    {
        var inside = path.StartsWith(Container, StringComparison.Ordinal) ? path[Container.Length..].Split('/', 2) : [];
        return inside is ["lower" or "rootfs", { Length: > 0 } name] ? name : null;
    }

    private static PaxTarEntry Copy(TarEntry entry, string name, int copy)
    {
        var result = new PaxTarEntry(entry.EntryType is TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType, name)
        {
            Mode = entry.Mode,
            Uid = entry.Uid,
            Gid = entry.Gid,
            ModificationTime = entry.ModificationTime,
        };
        if (entry.EntryType is TarEntryType.SymbolicLink)
        {
            result.LinkName = entry.LinkName;
        }
        else if (entry.EntryType is TarEntryType.HardLink)
        {
            result.LinkName = NameInImage(entry.LinkName)!;
        }
        else if (entry.DataStream is { } data)
        {
            var content = new byte[data.Length];
            data.ReadExactly(content);
            Mark(content, copy);
            result.DataStream = new MemoryStream(content);
        }

        return result;
    }

    private static void Mark(byte[] content, int copy)
    {
        for (var at = Math.Min(MarkDistance / 2, content.Length / 2); at + sizeof(int) <= content.Length; at += MarkDistance)
        {
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(at), copy);
        }
    }
}

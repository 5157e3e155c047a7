using ReproBuild.Registry.Content;

namespace ReproBuild.Registry.Cache;

/// <summary>A stored blob does not have the digest it is stored under.</summary>
internal sealed class CorruptBlobException(string path, OciDescriptor descriptor)
    : IntegrityException($"'{path}' does not hold the {descriptor.Size} bytes of {descriptor.Digest}: the file is damaged. Delete it, and fetch or copy it again.");

using System.Security.Cryptography;
using System.Text;

namespace ReproBuild;

/// <summary>Derives the identifiers of disks, partitions and volumes from content, so that they are never random and never shared.</summary>
/// <remarks>The construction is that of a name-based UUID (RFC 9562, section 5.8, version 8) with SHA-256.</remarks>
public static class IdentifierDerivation
{
    /// <summary>A UUID of version 8 for a role, such as <c>gpt disk</c>.</summary>
    /// <param name="seed">The digest of the content.</param>
    /// <param name="role">What the identifier is for; each role gives a different identifier.</param>
    public static Guid DeriveGuid(Digest seed, string role)
    {
        var bytes = Hash(seed, role)[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A 32-bit identifier for a role, never 0, such as a FAT volume serial number.</summary>
    /// <inheritdoc cref="DeriveGuid" path="/param"/>
    public static uint DeriveUInt32(Digest seed, string role)
    {
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Hash(seed, role));
        return value == 0 ? 1 : value;
    }

    private static Span<byte> Hash(Digest seed, string role)
    {
        ArgumentNullException.ThrowIfNull(seed);
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{role}"));
    }
}

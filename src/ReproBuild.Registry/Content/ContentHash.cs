using System.Security.Cryptography;

namespace ReproBuild.Registry.Content;

/// <summary>Computes a digest in the algorithm of an expected one, while bytes arrive.</summary>
internal sealed class ContentHash(Digest expected) : IDisposable
{
    private readonly IncrementalHash _hash =
        IncrementalHash.CreateHash(expected.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digest of what was appended; the next bytes start anew.</summary>
    public Digest Finish() => Digest.Parse($"{expected.Algorithm}:{Convert.ToHexStringLower(_hash.GetHashAndReset())}");

    /// <summary>The digest of <paramref name="content"/> in the algorithm of <paramref name="expected"/>.</summary>
    public static Digest Of(Digest expected, ReadOnlySpan<byte> content)
    {
        using var hash = new ContentHash(expected);
        hash.Append(content);
        return hash.Finish();
    }

    public void Dispose() => _hash.Dispose();
}

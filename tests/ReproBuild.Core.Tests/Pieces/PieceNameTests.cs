using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Core.Tests.Compression;

namespace ReproBuild.Core.Tests.Pieces;

/// <summary>
/// What a piece is kept under says which bytes it has: a cache may hold those of an older version. Where a hash changes here, the version in
/// <see cref="PieceFormat.NameOf"/> changes with it.
/// </summary>
public sealed class PieceNameTests
{
    public static TheoryData<string, string> Names => new()
    {
        { "gzip Fast 1", "23f4dbde41d633316c97c99b07c25f94e629c492268dcf24a3d119c54e7705ec" },
        { "gzip Default 1", "38096a5eb3fd836e16b2508d030e71e9bb0d341906da55312d7478435ef20ba4" },
        { "gzip Best 1", "5ec54e72f847aacfea5af58eaf6cc1b44ceecf4e5480dc7b80ecbd8ae60679e4" },
        { "zstd Fast 1", "d0af03303c6272735b5ea2651456b6a0143446b900b2f130ea2043688234bff0" },
        { "zstd Best 1", "83004231f8029d1bdeee9fb248fbe6ec647a64db36f591bb9cd0b19bb9b26b0f" },
        { "lz4 Default 1", "0f68a6396b66347c60d727bf45f1de904333a93276f06d97d5330f4660b17964" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bytes_of_a_name_are_always_the_same(string name, string sha256)
    {
        var format = Formats().Single(format => format.Name == name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var data in Corpus.Names)
        {
            hash.AppendData(CompressionStreams.Encode(format, Corpus.Make(data, 300_000)));
        }

        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        Assert.True(sha256 == actual, $"{{ \"{name}\", \"{actual}\" }},");
    }

    [Fact]
    public void Every_format_has_a_name_of_its_own() => Assert.Equal(
        Names.Select(static row => row.Data.Item1).Order(StringComparer.Ordinal),
        Formats().Select(static format => format.Name).Distinct().Order(StringComparer.Ordinal));

    private static IEnumerable<PieceFormat> Formats() =>
    [
        .. Enum.GetValues<CompressionEffort>().Select(static effort => new GzipPieceFormat(effort)),
        new ZstandardPieceFormat(CompressionEffort.Fast), new ZstandardPieceFormat(CompressionEffort.Best), new Lz4PieceFormat(),
    ];
}

using System.Text;
using System.Text.Json;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Transport;

/// <summary>What a server sends can neither command a terminal through a message nor make it long, and is not blamed on the network.</summary>
public sealed class QuotedTextTests
{
    private const string Hostile = "\u001b[2J\0\n";
    private static readonly string Long = new('x', 100_000);

    [Fact]
    public async Task Headers_that_are_too_long_are_named()
    {
        await using var server = new RawServer(_ => RawServer.Answer(200, "{}"u8, "X-Long: " + Long));
        var error = await GetAsync(server);
        Assert.Contains("more than 64 KiB of headers", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP_is_named_and_not_quoted()
    {
        await using var server = new RawServer(_ => Encoding.Latin1.GetBytes($"HTTP/9.9 \u001b[31m\0 {Long[..1000]}\r\n\r\n"));
        var error = await GetAsync(server);
        Assert.Contains("the answer is not HTTP", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("[31m", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_of_zstd_that_would_take_much_memory_is_refused()
    {
        // A window of 16 MiB, and one block that is five times 'A' (RFC 8878, section 3.1.1).
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x70, 0x2B, 0x00, 0x00, (byte)'A'];
        await using var server = new RawServer(_ => RawServer.Answer(200, frame, "Content-Encoding: zstd"));
        Assert.Contains("'zstd'", (await GetAsync(server)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Encoding")]
    [InlineData("Location")]
    public async Task Header_texts_are_cut_and_escaped(string header)
    {
        await using var server = new RawServer(_ => header == "Location"
            ? RawServer.Answer(307, [], "Location: https://" + new string('a', 30_000) + ":bad/")
            : RawServer.Answer(200, "{}"u8, "Content-Encoding: " + new string('a', 30_000)));
        Check(await GetAsync(server));
    }

    public static TheoryData<string> Documents =>
    [
        """{"schemaVersion":2,"mediaType":"TEXT","config":{},"layers":[]}""",
        """{"schemaVersion":2,"config":{"mediaType":"a","digest":"TEXT","size":1},"layers":[]}""",
        """{"schemaVersion":2,"config":{"mediaType":"a","digest":"SHA","size":1,"annotations":{"TEXT":7}},"layers":[]}""",
        """{"schemaVersion":2,"schemaVersion":"TEXT","TEXT":1,"TEXT":1}""",
        """{"schemaVersion":2 TEXT""",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Texts_of_manifests_are_cut_and_escaped(string json)
    {
        var text = JsonSerializer.Serialize(Hostile + Long)[1..^1];
        json = json.Replace("TEXT", text, StringComparison.Ordinal).Replace("SHA", Digest.OfSha256([]).ToString(), StringComparison.Ordinal);
        var content = new ManifestContent(Digest.OfSha256([]), "", Encoding.UTF8.GetBytes(json));
        Check(Assert.Throws<IntegrityException>(() => ManifestParser.Parse(content, "The manifest", InputLimits.Default)));
    }

    [Fact]
    public void Deep_JSON_is_refused_in_our_own_words()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 10_000));
        var error = Assert.Throws<IntegrityException>(() => JsonField.Parse(deep, "The manifest"));
        Assert.Contains("line 1, byte 65", error.Message, StringComparison.Ordinal);
        Assert.Contains("64 levels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Platforms_are_cut_and_escaped_and_only_some_are_named()
    {
        var descriptor = new OciDescriptor("", Digest.OfSha256([]), 1);
        var set = new ManifestSet(
            [.. Enumerable.Range(0, 1000).Select(i => descriptor with { Platform = new Platform("linux", Hostile + Long + i) })], []);
        var described = set.DescribePlatforms();
        Assert.DoesNotContain(described, char.IsControl);
        Assert.True(described.Length < 10_000);

        set = set with { Images = [.. Enumerable.Range(0, 1000).Select(i => descriptor with { Platform = new Platform("linux", $"a{i}") })] };
        Assert.EndsWith(" and 960 more", set.DescribePlatforms(), StringComparison.Ordinal);
    }

    private static void Check(Exception error)
    {
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.True(error.Message.Length < 2000, $"{error.Message.Length} characters");
    }

    private static async Task<RegistryException> GetAsync(RawServer server)
    {
        using var fixture = new ClientFixture(ClientFixture.Defaults with { MaxRetries = 0 });
        return await Assert.ThrowsAsync<RegistryException>(
            () => fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Authority}/team/app:1"), default));
    }
}

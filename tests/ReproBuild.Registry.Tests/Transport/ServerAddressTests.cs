using System.Text;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Transport;

public sealed class ServerAddressTests
{
    private static readonly Uri Base = new("http://a/b/c/d;p?q");

    // RFC 3986, section 5.4; what a server writes as a whole path is left as it is, dot segments included.
    [Theory]
    [InlineData("g", "/b/c/g")]
    [InlineData("./g", "/b/c/g")]
    [InlineData("g/", "/b/c/g/")]
    [InlineData("/g", "/g")]
    [InlineData("?y", "/b/c/d;p?y")]
    [InlineData("g?y", "/b/c/g?y")]
    [InlineData("#s", "/b/c/d;p?q")]
    [InlineData("g#s", "/b/c/g")]
    [InlineData("g?y#s", "/b/c/g?y")]
    [InlineData(";x", "/b/c/;x")]
    [InlineData("g;x?y#s", "/b/c/g;x?y")]
    [InlineData("", "/b/c/d;p?q")]
    [InlineData(".", "/b/c/")]
    [InlineData("./", "/b/c/")]
    [InlineData("..", "/b/")]
    [InlineData("../", "/b/")]
    [InlineData("../g", "/b/g")]
    [InlineData("../..", "/")]
    [InlineData("../../g", "/g")]
    [InlineData("../../../g", "/g")]
    [InlineData("g.", "/b/c/g.")]
    [InlineData("..g", "/b/c/..g")]
    [InlineData("./g/.", "/b/c/g/")]
    [InlineData("g;x=1/../y", "/b/c/y")]
    [InlineData("g?y/../x", "/b/c/g?y/../x")]
    [InlineData("%2e%2e/g", "/b/c/%2e%2e/g")]
    [InlineData("/x/../%7E|^", "/x/../%7E|^")]
    [InlineData("/x?", "/x?")]
    [InlineData("//a", "/")]
    [InlineData("//a?x", "/?x")]
    [InlineData("HTTP://A//x//./y", "//x//./y")]
    [InlineData("/a b\u00C3\u00A9", "/a%20b%C3%A9")]
    public void References_are_resolved_and_otherwise_left_alone(string text, string expected)
    {
        Assert.True(ServerAddress.TryResolve(Base, text, out var url, out _));
        Assert.Equal(expected, url.PathAndQuery);
        Assert.Equal("a", url.Host);
    }

    [Theory]
    [InlineData("ftp://a/", "the scheme 'ftp'")]
    [InlineData("g:h", "the scheme 'g'")]
    [InlineData("http://user:pw@a/", "names a user")]
    [InlineData("//user@a/", "names a user")]
    [InlineData("http://a\\@evil.example/", "names a user")]
    [InlineData("http://a\\.evil.example/", "no valid address")]
    [InlineData("http:///x", "no valid address")]
    [InlineData("http:x", "no valid address")]
    [InlineData("http://a:99999/", "no valid address")]
    [InlineData("http://a:x/", "no valid address")]
    [InlineData("http://a%2eb/", "no valid address")]
    [InlineData("http://\u00E9/", "no valid address")]
    [InlineData("/a\r\nX: y", "no valid address")]
    [InlineData("/a\tb", "no valid address")]
    [InlineData("/a\u007Fb", "no valid address")]
    [InlineData("/a\0b", "no valid address")]
    [InlineData(null, "no valid address")]
    public void What_is_no_address_to_ask_is_refused(string? text, string expected)
    {
        Assert.False(ServerAddress.TryResolve(Base, text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a/t", "/t?x=1")]
    [InlineData("http://a", "/?x=1")]
    [InlineData("http://a/t?", "/t?x=1")]
    [InlineData("http://a/t?b=%7E|", "/t?b=%7E|&x=1")]
    [InlineData("http://a/t?b&#f", "/t?b&x=1")]
    public void A_query_is_appended_to(string text, string expected)
    {
        Assert.True(ServerAddress.TryResolve(null, text, out var url, out _));
        Assert.Equal(expected, ServerAddress.WithQuery(url, "x=1").PathAndQuery);
    }

    [Theory]
    [InlineData("https://a:444/x|y?signature=SECRET#SECRET", "https://a:444/x%7Cy")]
    [InlineData("https://a", "https://a/")]
    public void What_is_shown_has_no_query(string text, string expected)
    {
        Assert.True(ServerAddress.TryResolve(null, text, out var url, out _));
        Assert.Equal(expected, ServerAddress.Redact(url).AbsoluteUri);
    }

    [Fact]
    public void Only_what_starts_with_a_scheme_is_a_whole_address()
    {
        foreach (var text in (string[])["/t", "t", "//a/t", "?x", ""])
        {
            Assert.False(ServerAddress.TryResolve(null, text, out _, out _), text);
        }
    }

    [Theory]
    [InlineData("/a%7Eb%2Dc%2e%2e/x?X-Amz-Signature=%7E%2D|^")]
    [InlineData("/a/../b/./c//d/..")]
    [InlineData("/\\`{}\"<>[]!$&'()*+,;=:@%zz%?%41?/[]|")]
    public async Task A_redirect_is_requested_as_it_is_written(string target) => Assert.Equal([target], await FollowAsync(["http://HOST" + target]));

    [Fact]
    public async Task Redirects_of_every_form_are_requested_as_they_are_written() =>
        Assert.Equal(
            ["/one/%7E/x?a|b", "/one/%7E/y%2D", "/one/%7E/y%2D?^", "/two/%2e", "/two/three|?"],
            await FollowAsync(["http://HOST/one/%7E/x?a|b", "y%2D", "?^", "//HOST/two/%2e#f", "./three|?"]));

    [Fact]
    public async Task Any_redirect_is_requested_as_it_is_written()
    {
        var random = new Random(8);
        for (var round = 0; round < 60; round++)
        {
            var target = "/x" + RandomText(random) + "?" + RandomText(random);
            Assert.Equal([target], await FollowAsync([(round % 2 == 0 ? "http://HOST" : "") + target]));
        }
    }

    [Fact]
    public async Task Two_different_addresses_in_one_redirect_are_refused()
    {
        await using var server = new RawServer(_ => RawServer.Answer(307, [], "Location: /a", "Location: /b"));
        using var fixture = new ClientFixture();
        var error = await Assert.ThrowsAsync<RegistryException>(
            () => fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Authority}/a:1"), default));
        Assert.Contains("several addresses", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/t%7E|^/../x?key=%2D%7e", "&")]
    [InlineData("/t%2e", "?")]
    public async Task A_token_realm_is_requested_as_it_is_written(string realm, string separator)
    {
        await using var server = new RawServer(request =>
            request.Find("Authorization") == "Bearer T" ? RawServer.Answer(200, "{}"u8)
            : request.Target.StartsWith("/t", StringComparison.Ordinal) ? RawServer.Answer(200, "{\"token\":\"T\"}"u8)
            : RawServer.Answer(401, [], $"WWW-Authenticate: Bearer realm=\"http://{request.Find("Host")}{realm}\",service=\"a b/\u00C3\u00A9\""));
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ImageReference.Parse($"{server.Authority}/a/b:1"), default);
        Assert.Equal($"{realm}{separator}service=a%20b%2F%C3%A9&scope=repository%3Aa%2Fb%3Apull", server.Requests[1].Target);
    }

    [Fact]
    public async Task The_path_of_a_mirror_is_requested_as_it_is_written()
    {
        await using var server = new RawServer(_ => RawServer.Answer(200, "{}"u8));
        using var fixture = new ClientFixture(ClientFixture.Defaults with
        {
            Mirrors = [RegistryMirror.Parse($"docker.io=http://{server.Authority}/%7Ehub%2D/")],
        });
        await fixture.Client.GetManifestAsync(ImageReference.Parse("alpine:3"), default);
        Assert.Equal("/v2/%7Ehub%2D/library/alpine/manifests/3", Assert.Single(server.Requests).Target);
    }

    /// <summary>Answers with each redirect in turn, then with a manifest; returns the targets that were asked for after the first.</summary>
    private static async Task<string[]> FollowAsync(string[] locations)
    {
        var next = 0;
        var authority = "";
        await using var server = new RawServer(_ =>
        {
            var index = next++;
            return index < locations.Length
                ? RawServer.Answer(
                    index % 2 == 0 ? 307 : 302, [], "Location: " + locations[index].Replace("HOST", authority, StringComparison.Ordinal))
                : RawServer.Answer(200, "{}"u8);
        });
        authority = server.Authority;
        using var fixture = new ClientFixture();
        await fixture.Client.GetManifestAsync(ImageReference.Parse($"{authority}/a:1"), default);
        return [.. server.Requests.Skip(1).Select(static request => request.Target)];
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(1, 40); length > 0; length--)
        {
            var character = (char)random.Next('!', '~' + 1);
            text.Append(character is '#' or '?' ? "%" : random.Next(6) == 0 ? "../" : character.ToString());
        }

        return text.ToString();
    }
}

using ReproBuild.Registry.Authentication;

namespace ReproBuild.Registry.Tests.Authentication;

public sealed class ChallengeParserTests
{
    [Theory]
    [InlineData("Basic realm=\"simple\"", "Basic{realm=simple}")]
    [InlineData(
        "BEARER realm=\"https://a/token\",service=\"s\",scope=\"repository:a/b:pull,push\"",
        "BEARER{realm=https://a/token;service=s;scope=repository:a/b:pull,push}")]
    [InlineData("Bearer  realm = \"x\" , service=token", "Bearer{realm=x;service=token}")]
    [InlineData(
        "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
        "Newauth{realm=apps;type=1;title=Login to \"apps\"} Basic{realm=simple}")]
    [InlineData("Basic realm=\"a\", Bearer realm=\"b\"", "Basic{realm=a} Bearer{realm=b}")]
    [InlineData("Negotiate, Basic realm=\"a\"", "Negotiate{} Basic{realm=a}")]
    [InlineData("Negotiate YWJj==, Basic realm=\"a\"", "Negotiate{} Basic{realm=a}")]
    [InlineData("NTLM TlRM, Basic realm=a", "NTLM{} Basic{realm=a}")]
    [InlineData(",, Basic ,realm=\"a\",,", "Basic{realm=a}")]
    [InlineData("Basic", "Basic{}")]
    [InlineData("Basic realm=\"a\", realm=\"b\"", "Basic{realm=a}")]
    [InlineData("Bearer REALM=\"a\"", "Bearer{REALM=a}")]
    [InlineData("Bearer realm=\"with, comma = and \\\\ slash\"", "Bearer{realm=with, comma = and \\ slash}")]
    [InlineData("Bearer realm=\"never closed", "Bearer{}")]
    [InlineData("Bearer realm=\"ends in backslash\\", "Bearer{}")]
    [InlineData("Bearer realm=", "Bearer{}")]
    [InlineData("Bearer realm=\"\"", "Bearer{realm=}")]
    [InlineData("\"quoted\"", "")]
    [InlineData("", "")]
    [InlineData("=", "")]
    [InlineData("Basic\trealm\t=\t\"a\"\t,\tservice=b", "Basic{realm=a;service=b}")]
    [InlineData("Negotiate a", "Negotiate{}")]
    [InlineData("Negotiate a=, Basic", "Negotiate{} Basic{}")]
    [InlineData("Negotiate a b, Basic", "Negotiate{} a{} Basic{}")]
    [InlineData("Negotiate a==, b=c, Basic", "Negotiate{} b{}")]
    [InlineData("Negotiate =, Basic", "Negotiate{}")]
    [InlineData("Bearer a=b, realm=, Basic", "Bearer{a=b}")]
    [InlineData("Bearer realm=a, =b, Basic", "Bearer{realm=a}")]
    [InlineData("Bearer realm=a \"b\", Basic", "Bearer{realm=a}")]
    [InlineData("Bearer realm=\"\\\"\", Basic", "Bearer{realm=\"} Basic{}")]
    public void Challenges_are_read_as_RFC_9110_has_them(string header, string expected) =>
        Assert.Equal(expected, Describe(ChallengeParser.Parse([header])));

    [Fact]
    public void Several_header_lines_are_read_in_order_and_a_bad_one_does_not_hide_the_next() =>
        Assert.Equal("Bearer{} Basic{realm=b}", Describe(ChallengeParser.Parse(["Bearer realm=\"oops", "Basic realm=b"])));

    [Fact]
    public void A_header_of_more_than_16_KiB_is_ignored_and_the_next_one_is_not()
    {
        var longest = "Basic a=" + new string('x', (16 * 1024) - 8);
        Assert.Equal(["Basic", "Bearer"], ChallengeParser.Parse([longest, "Bearer"]).Select(static challenge => challenge.Scheme));
        Assert.Equal(["Bearer"], ChallengeParser.Parse([longest + "x", "Bearer"]).Select(static challenge => challenge.Scheme));
    }

    [Fact]
    public void Nonsense_never_throws_and_always_ends()
    {
        const string alphabet = "Basic realm=\"\\,= \t\u00e9a/~";
        var random = new Random(42);
        for (var round = 0; round < 20_000; round++)
        {
            var header = string.Create(random.Next(60), random, (text, r) =>
            {
                foreach (ref var character in text)
                {
                    character = alphabet[r.Next(alphabet.Length)];
                }
            });
            Assert.True(ChallengeParser.Parse([header]).Count <= header.Length);
        }
    }

    private static string Describe(IEnumerable<Challenge> challenges) =>
        string.Join(' ', challenges.Select(c => $"{c.Scheme}{{{string.Join(';', c.Parameters.Select(p => $"{p.Key}={p.Value}"))}}}"));
}

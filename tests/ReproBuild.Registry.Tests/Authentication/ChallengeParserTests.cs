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
    public void Challenges_are_read_as_RFC_9110_has_them(string header, string expected) =>
        Assert.Equal(expected, Describe(ChallengeParser.Parse([header])));

    [Fact]
    public void Several_header_lines_are_read_in_order_and_a_bad_one_does_not_hide_the_next() =>
        Assert.Equal("Bearer{} Basic{realm=b}", Describe(ChallengeParser.Parse(["Bearer realm=\"oops", "Basic realm=b"])));

    [Fact]
    public void A_huge_header_is_ignored() => Assert.Empty(ChallengeParser.Parse(["Basic realm=\"" + new string('x', 100_000) + "\""]));

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

using System.Net.Http.Headers;
using System.Text;
using ReproBuild.Registry.Authentication;

namespace ReproBuild.Registry.Tests.Authentication;

public sealed class TokenAnswerTests
{
    [Theory]
    [InlineData("""{"token":"T"}""", 50)]
    [InlineData("""{"token":"T","expires_in":300}""", 290)]
    [InlineData("""{"token":"T","expires_in":60.5}""", 50.5)]
    [InlineData("""{"token":"T","expires_in":59}""", 50)]
    [InlineData("""{"token":"T","expires_in":-1}""", 50)]
    [InlineData("""{"token":"T","expires_in":86400}""", 86390)]
    [InlineData("""{"token":"T","expires_in":86401}""", 86390)]
    [InlineData("""{"token":"T","expires_in":1e999}""", 86390)]
    [InlineData("""{"token":"T","expires_in":"300"}""", 50)]
    [InlineData("""{"token":"T","expires_in":null}""", 50)]
    public void A_token_is_used_a_little_shorter_than_it_is_valid_and_a_day_at_most(string answer, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(answer)!.Lifetime);

    [Theory]
    [InlineData("""{"token":"a","access_token":"b"}""", "a")]
    [InlineData("""{"token":"","access_token":"b"}""", "b")]
    [InlineData("""{"token":7,"access_token":"b"}""", "b")]
    [InlineData("""{"token":null,"access_token":"b"}""", "b")]
    [InlineData("""{"access_token":"aZ09-._~+/="}""", "aZ09-._~+/=")]
    [InlineData("""{"access_token":"\ud800"}""", null)]
    [InlineData("""{"token":"a b","access_token":"b"}""", null)]
    [InlineData("""["token"]""", null)]
    [InlineData("", null)]
    public void A_token_has_two_names_and_the_characters_of_a_header(string answer, string? expected) => Assert.Equal(expected, Parse(answer)?.Value);

    [Fact]
    public void A_grant_is_valid_until_it_expires()
    {
        var expires = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var grant = new AuthorizationGrant(new AuthenticationHeaderValue("Bearer", "x"), expires);
        Assert.True(grant.Expires);
        Assert.True(grant.IsValidAt(expires.AddTicks(-1)));
        Assert.False(grant.IsValidAt(expires));
        Assert.False(new AuthorizationGrant(grant.Header, DateTimeOffset.MaxValue).Expires);
    }

    private static BearerToken? Parse(string answer) => BearerToken.Parse(Encoding.UTF8.GetBytes(answer));
}

using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Tests.Json;

/// <summary>The samples of RFC 8785: section 3.2.2 and 3.2.3 (values, sorting), and those its authors publish beside them.</summary>
public class Rfc8785SamplesTests
{
    [Fact]
    public void Section_3_2_2_primitive_values()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50,
                          2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        Check(Input, """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
    }

    [Fact]
    public void Section_3_2_4_gives_these_bytes()
    {
        const string Hex = """
            7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72
            75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a
            5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31
            65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d 32 37
            5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30
            30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d
            """;
        var value = JsonNode.Parse("""
            {"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}
            """);

        var expected = Convert.FromHexString(Hex.Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));
        Assert.Equal(expected, CanonicalJsonWriter.Serialize(value));
    }

    [Fact]
    public void Section_3_2_3_members_are_ordered_by_utf16_code_units()
    {
        const string Input = """
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """;
        var order = JsonNode.Parse(CanonicalJsonWriter.Serialize(JsonNode.Parse(Input)))!.AsObject().Select(member => (string)member.Value!);

        Assert.Equal(
            [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ],
            order);
    }

    [Theory]
    [InlineData("""[56,{"d":true,"10":null,"1":[ ]}]""", """[56,{"1":[],"10":null,"d":true}]""")]
    [InlineData(
        """{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}""",
        """{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}""")]
    [InlineData(
        """{"1":{"f":{"f":"hi","F":5},"\n":56.0},"10":{ },"":"empty","a":{ },"111":[{"e":"yes","E":"no"}],"A":{ }}""",
        """{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}""")]
    [InlineData("""{"Unnormalized Unicode":"A\u030a"}""", "{\"Unnormalized Unicode\":\"A\u030a\"}")]
    [InlineData(
        """{"\u20ac":"Euro","\r":"CR","\u000a":"LF","1":"One","\u0080":"Control\u007f","\ud83d\ude02":"Smiley","\ufb33":"Dalet","</script>":"Browser"}""",
        "{\"\\n\":\"LF\",\"\\r\":\"CR\",\"1\":\"One\",\"</script>\":\"Browser\",\"\u0080\":\"Control\u007f\",\"\u20ac\":\"Euro\",\"\ud83d\ude02\":\"Smiley\",\"\ufb33\":\"Dalet\"}")]
    public void Published_samples(string input, string expected) => Check(input, expected);

    private static void Check(string input, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJsonWriter.Serialize(JsonNode.Parse(input))));
}

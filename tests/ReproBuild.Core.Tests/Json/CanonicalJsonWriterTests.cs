using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Tests.Json;

public class CanonicalJsonWriterTests
{
    [Fact]
    public void Null_is_the_literal() => Assert.Equal("null"u8.ToArray(), CanonicalJsonWriter.Serialize(null));

    [Fact]
    public void Indented_keeps_the_order_and_the_numbers()
    {
        var value = JsonNode.Parse("""{"b":[1.0,{},[],{"z":null}],"a":"x"}""");

        const string Expected =
            "{\n  \"a\": \"x\",\n  \"b\": [\n    1,\n    {},\n    [],\n    {\n      \"z\": null\n    }\n  ]\n}";
        Assert.Equal(Expected, Text(value, indented: true));
    }

    [Fact]
    public void Each_control_character_has_its_shortest_escape()
    {
        var all = string.Concat(Enumerable.Range(0, 0x21).Select(code => (char)code));

        Assert.Equal(
            """
            "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f "
            """,
            Text(JsonValue.Create(all)));
    }

    [Fact]
    public void What_html_and_script_writers_escape_is_written_as_it_is() =>
        Assert.Equal("\"<>&'+/\u007f\u2028\u00e9\"", Text(JsonValue.Create("<>&'+/\u007f\u2028\u00e9")));

    [Fact]
    public void Rfc8785_integers_are_doubles() =>
        Assert.Equal("[18446744073709552000,9007199254740992,0]", Text(JsonNode.Parse("[18446744073709551615,9007199254740993,-0]")));

    [Fact]
    public void Exact_integers_keep_every_digit() =>
        Assert.Equal(
            "[18446744073709551615,-9223372036854775808,123456789012345678901234567890,0,1,1.5,1000]",
            Text(
                JsonNode.Parse("[18446744073709551615,-9223372036854775808,123456789012345678901234567890,-0,1.0,1.50,1e3]"),
                numbers: CanonicalJsonNumbers.ExactIntegers));

    [Fact]
    public void Every_primitive_type_gives_the_text_of_its_value()
    {
        var value = new JsonArray(
            (byte)1, (sbyte)-2, (short)-3, (ushort)4, -5, 6u, long.MinValue, ulong.MaxValue, 1.5f, 2.5, 3.50m, 4.0m, 'c', "s", true);

        // A char is a string to JSON, but not held as one.
        value.RemoveAt(12);
        Assert.Equal(
            """[1,-2,-3,4,-5,6,-9223372036854775808,18446744073709551615,1.5,2.5,3.5,4,"s",true]""",
            Text(value, numbers: CanonicalJsonNumbers.ExactIntegers));
        Assert.Equal(
            """[1,-2,-3,4,-5,6,-9223372036854776000,18446744073709552000,1.5,2.5,3.5,4,"s",true]""",
            Text(value));
    }

    [Fact]
    public void Exact_integers_of_a_decimal_keep_digits_that_no_other_type_has() =>
        Assert.Equal(
            "[79228162514264337593543950335,1000]",
            Text(new JsonArray(decimal.MaxValue, 1000.00m), numbers: CanonicalJsonNumbers.ExactIntegers));

    [Fact]
    public void A_lone_surrogate_is_an_error()
    {
        Fails("lone surrogate", JsonValue.Create("a\ud800b"));
        Fails("lone surrogate", JsonNode.Parse("""["\udc00"]"""));
        Fails("lone surrogate", new JsonObject { ["\ud800"] = 1 });
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_errors()
    {
        Fails("infinite or not a number", JsonValue.Create(double.NaN));
        Fails("infinite or not a number", JsonNode.Parse("1e999"));
    }

    [Fact]
    public void The_same_member_twice_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Text(JsonNode.Parse("""{"a":1,"a":2}""")));

    [Fact]
    public void What_is_not_a_json_type_is_an_error_that_says_what_to_use()
    {
        Fails("JsonValue.Create(string)", JsonValue.Create(Guid.Empty));
        Fails("primitive number types", JsonValue.Create((Half)1.5));
        Fails("JsonObject and JsonArray", JsonValue.Create(new List<int> { 1 }));
    }

    [Fact]
    public void Without_an_output_nothing_can_be_written() =>
        Assert.Throws<ArgumentNullException>("output", () => CanonicalJsonWriter.Write(null!, null));

    [Fact]
    public void Too_many_levels_are_an_error()
    {
        JsonNode value = new JsonArray();
        for (var i = 0; i < CanonicalJsonWriter.MaxDepth; i++)
        {
            value = new JsonArray(value);
        }

        Assert.Equal(2 * CanonicalJsonWriter.MaxDepth + 2, Text(value).Length);
        Fails($"{CanonicalJsonWriter.MaxDepth} levels", new JsonArray(value));
    }

    [Fact]
    public void Insertion_order_does_not_matter()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"m{i}").ToArray();
        var forward = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)name)));
        var backward = new JsonObject(names.Reverse().Select(name => KeyValuePair.Create(name, (JsonNode?)name)));

        Assert.Equal(Text(forward), Text(backward));
    }

    private static void Fails(string message, JsonNode? value) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Text(value)).Message, StringComparison.Ordinal);

    private static string Text(
        JsonNode? value, bool indented = false, CanonicalJsonNumbers numbers = CanonicalJsonNumbers.Rfc8785) =>
        Encoding.UTF8.GetString(CanonicalJsonWriter.Serialize(value, indented, numbers));
}

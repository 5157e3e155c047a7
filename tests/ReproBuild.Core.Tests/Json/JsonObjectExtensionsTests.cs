using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Tests.Json;

public class JsonObjectExtensionsTests
{
    [Fact]
    public void What_is_empty_is_left_out()
    {
        var target = new JsonObject();
        target.AddIf(false, "condition", 1);
        target.AddText("none", null);
        target.AddText("empty", "");
        target.AddItems("items", []);
        target.AddTexts("noTexts", null);
        target.AddTexts("texts", []);
        target.AddMap("noMap", null);
        target.AddMap("map", ImmutableSortedDictionary<string, string>.Empty);
        Assert.Equal("{}", target.ToJsonString());
    }

    [Fact]
    public void What_is_there_is_added()
    {
        var target = new JsonObject();
        target.AddIf(true, "condition", 1);
        target.AddText("text", "x");
        target.AddItems("items", [1]);
        target.AddTexts("texts", ["a", "b"]);
        target.AddMap("map", ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"));
        Assert.Equal(
            """{"condition":1,"text":"x","items":[1],"texts":["a","b"],"map":{"k":"v"}}""",
            target.ToJsonString());
    }
}

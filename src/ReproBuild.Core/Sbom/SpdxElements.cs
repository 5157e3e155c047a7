using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Sbom;

/// <summary>Elements of the merged document: each once, in the byte order of their canonical form, which begins with the identifier.</summary>
internal sealed class SpdxElements
{
    private readonly List<(ByteString Form, JsonObject Element)> _elements = [];

    /// <exception cref="ArgumentException">An element has no canonical form.</exception>
    public void AddRange(IEnumerable<JsonObject> elements)
    {
        foreach (var element in elements)
        {
            _elements.Add((new ByteString(CanonicalJsonWriter.Serialize(element)), element));
        }
    }

    public JsonArray ToSortedArray()
    {
        _elements.Sort(static (left, right) => left.Form.CompareTo(right.Form));
        var array = new JsonArray();
        for (var i = 0; i < _elements.Count; i++)
        {
            if (i == 0 || _elements[i].Form != _elements[i - 1].Form)
            {
                array.Add((JsonNode)_elements[i].Element);
            }
        }

        return array;
    }
}

using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>Reads the one document of a YAML file into nodes, from the parser's events.</summary>
/// <remarks>Nesting and what aliases expand to are limited, so that a small file cannot become a large tree.</remarks>
internal sealed class YamlReader
{
    internal const int MaximumDepth = 64;

    /// <summary>Nodes that aliases may add. Configurations share a handful of short lists this way.</summary>
    internal const long MaximumAliasedNodes = 100_000;

    internal const string PackageTemplate =
        "'@pkg:' templates, which name local LinuxKit packages, are not supported; " +
        "expected the package's image reference (as 'linuxkit pkg show-tag' prints it)";

    private const string TextTag = "tag:yaml.org,2002:str";

    private static readonly HashSet<string> ResolvedTags =
        ["tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:float"];

    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly YamlRepairs _text;
    private readonly string _fileName;
    private readonly ProblemList _problems;
    private readonly CancellationToken _cancellationToken;
    private long _aliasedNodes;

    private YamlReader(YamlRepairs text, string fileName, ProblemList problems, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _text = text;
        _fileName = fileName;
        _problems = problems;
        _scanner = new Scanner(new StringReader(text.Text));
        _parser = new Parser(_scanner);
    }

    /// <returns>The document's root, or null when the file holds none.</returns>
    /// <exception cref="ConfigurationException">The text is not YAML, or exceeds a limit.</exception>
    public static YamlNode? Read(
        string text, string fileName, ProblemList problems, InputLimits limits, CancellationToken cancellationToken = default)
    {
        YamlSource.Check(text, fileName, limits);
        var repairs = new YamlRepairs(text);
        while (true)
        {
            // Problems of a reading that failed are found again by the next.
            var found = new ProblemList();
            var reader = new YamlReader(repairs, fileName, found, cancellationToken);
            try
            {
                var root = reader.ReadStream();
                found.CopyTo(problems);
                return root;
            }
            catch (Exception e) when (
                e is YamlException or ArgumentException or InvalidOperationException or FormatException or OverflowException
                    or IndexOutOfRangeException)
            {
                if (!repairs.TryRepair(e, reader._scanner.CurrentPosition))
                {
                    throw reader.Fatal(e);
                }
            }
        }
    }

    private YamlNode? ReadStream()
    {
        Advance();
        if (Advance() is not DocumentStart)
        {
            return null;
        }

        var root = ReadNode(Advance(), 0);
        Advance();
        return Advance() is DocumentStart second
            ? throw _problems.Fatal(Location(second.Start), "a second YAML document starts here; expected one document a file")
            : root;
    }

    private ParsingEvent Advance() =>
        _parser.MoveNext() && _parser.Current is { } current ? current : throw new InvalidOperationException("The YAML stream ended early.");

    private YamlNode ReadNode(ParsingEvent start, int depth)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (depth > MaximumDepth)
        {
            throw _problems.Fatal(
                Location(start.Start),
                string.Create(CultureInfo.InvariantCulture, $"lists and mappings are nested too deeply; expected at most {MaximumDepth} levels"));
        }

        if (start is AnchorAlias alias)
        {
            return Resolve(alias);
        }

        if (start is not NodeEvent node)
        {
            // The parser ends a mapping after a key without a value for a few malformed texts.
            throw _problems.Fatal(Location(start.Start), "there is a key without a value; expected 'key: value'");
        }

        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = null;
        }

        YamlNode result = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(start, depth),
            _ => ReadMapping(start, depth),
        };
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = result;
        }

        return result;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? null : scalar.Tag.Value;
        if (tag is not (null or "!" or TextTag) && !ResolvedTags.Contains(tag))
        {
            _problems.Add(Location(scalar.Start), $"the tag '{tag.Shown()}' is not supported; expected plain or quoted text");
        }

        var isPlain = tag is null ? scalar.Style == ScalarStyle.Plain : ResolvedTags.Contains(tag);
        return new YamlScalar(Location(scalar.Start), _text.Original(scalar), isPlain);
    }

    private YamlSequence ReadSequence(ParsingEvent start, int depth)
    {
        var items = new List<YamlNode>();
        for (var next = Advance(); next is not SequenceEnd; next = Advance())
        {
            items.Add(ReadNode(next, depth + 1));
        }

        return new YamlSequence(Location(start.Start), items);
    }

    private YamlMapping ReadMapping(ParsingEvent start, int depth)
    {
        var builder = new YamlMappingBuilder(_problems);
        for (var next = Advance(); next is not MappingEnd; next = Advance())
        {
            var key = ReadNode(next, depth + 1);
            builder.Add(key, ReadNode(Advance(), depth + 1));
        }

        return new YamlMapping(Location(start.Start), builder.Build());
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        var name = alias.Value.Value.Shown();
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw _problems.Fatal(Location(alias.Start), $"the alias '*{name}' has no anchor; expected '&{name}' earlier in the file");
        }

        if (node is null)
        {
            throw _problems.Fatal(Location(alias.Start), $"the alias '*{name}' is inside its own anchor; expected an anchor that ends before");
        }

        _aliasedNodes += node.Weight;
        return _aliasedNodes <= MaximumAliasedNodes ? node : throw _problems.Fatal(
            Location(alias.Start),
            string.Create(
                CultureInfo.InvariantCulture,
                $"aliases repeat too much of the file; expected them to stand for at most {MaximumAliasedNodes} nodes"));
    }

    private SourceLocation Location(in Mark mark) => _text.Locate(_fileName, mark);

    /// <summary>The error for what the scanner or the parser threw.</summary>
    private ConfigurationException Fatal(Exception e)
    {
        var position = _scanner.CurrentPosition;
        if (_text.TabAt(position) is { } tab)
        {
            return _problems.Fatal(Location(tab), "the line is indented by a tab, which YAML does not allow; expected spaces", e);
        }

        if (e is not YamlException error)
        {
            // The scanner lets these escape for a few malformed escapes, tags and anchors.
            return _problems.Fatal(Location(_parser.Current?.End ?? Mark.Empty), "the text after this place is not YAML", e);
        }

        // An error without a place of its own is where the scanner stopped.
        var start = error.Start.Equals(Mark.Empty) ? position : error.Start;
        return _problems.Fatal(
            Location(start),
            _text.StartsWith(start, "@pkg:") ? PackageTemplate : $"not valid YAML: {error.Message.TrimEnd('.').Shown()}",
            e);
    }
}

using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>
/// The text of a file for a scanner that is stricter than go-yaml, which LinuxKit uses. Where the scanner refuses what go-yaml reads, the place is
/// rewritten to what it reads as the same, and the file read again: a quoted text or a flow collection that continues at the indentation of
/// its key or before, and <c>-</c> as an item of a flow sequence.
/// </summary>
internal sealed class YamlRepairs(string text)
{
    /// <summary>Stands for <c>-</c>: a character for private use, which no configuration needs as an item.</summary>
    private const char Dash = '\uE000';

    /// <summary>How many characters are read again at most, so that a hostile file costs no more than a large one.</summary>
    private const long MaximumReadAgain = 32 * 1024 * 1024;

    private readonly Dictionary<long, int> _inserted = [];
    private readonly HashSet<(long Line, long Column)> _dashes = [];
    private readonly HashSet<(long Line, long Column)> _quotes = [];
    private long _readAgain;

    /// <summary>The text as it stands.</summary>
    public string Text { get; private set; } = text;

    /// <summary>Rewrites the place at which reading failed.</summary>
    /// <returns>False when it is none that go-yaml reads.</returns>
    public bool TryRepair(Exception error, in Mark position)
    {
        _readAgain += Text.Length;
        return _readAgain <= MaximumReadAgain && (error switch
        {
            YamlException e when IsDash(e.Start) => ReplaceDash(e.Start),
            YamlException e when e.Message.Contains("wrong indentation", StringComparison.Ordinal) =>
                _quotes.Add((e.Start.Line, e.Start.Column)) && IndentQuoted(e.Start),
            YamlException => false,
            _ => IndentLine(position),
        });
    }

    /// <summary>A scalar's text as the file has it.</summary>
    public string Original(Scalar scalar) => _dashes.Contains((scalar.Start.Line, scalar.Start.Column)) ? "-" : scalar.Value;

    /// <summary>Where a place of the text is in the file.</summary>
    public SourceLocation Locate(string fileName, in Mark mark)
    {
        var column = mark.Column - _inserted.GetValueOrDefault(mark.Line);
        return new SourceLocation(fileName, (int)Math.Clamp(mark.Line, 1, int.MaxValue), (int)Math.Clamp(column, 1, int.MaxValue));
    }

    public bool StartsWith(in Mark mark, string text) => mark.Index < Text.Length && Text.AsSpan((int)mark.Index).StartsWith(text);

    /// <summary>The tab in the indentation of the line that a place is in, or null.</summary>
    public Mark? TabAt(in Mark mark)
    {
        var line = LineStart(mark);
        var blanks = Text.AsSpan(line).IndexOfAnyExcept(' ', '\t') is >= 0 and var end ? end : 0;
        return Text.AsSpan(line, blanks).IndexOf('\t') is >= 0 and var tab && line + blanks >= mark.Index
            ? new Mark(line + tab, mark.Line, tab + 1) : null;
    }

    private int LineStart(in Mark mark) => Text.AsSpan(0, (int)Math.Min(mark.Index, Text.Length)).LastIndexOf('\n') + 1;

    private bool IsDash(in Mark mark) =>
        mark.Index + 1 < Text.Length && Text[(int)mark.Index] == '-' && Text[(int)mark.Index + 1] is ',' or ']' or '}';

    private bool ReplaceDash(in Mark mark)
    {
        Text = string.Concat(Text.AsSpan(0, (int)mark.Index), [Dash], Text.AsSpan((int)mark.Index + 1));
        return _dashes.Add((mark.Line, mark.Column));
    }

    /// <summary>Indents every continuation line of a double-quoted text as far as its quote.</summary>
    private bool IndentQuoted(in Mark quote)
    {
        var result = new StringBuilder(Text, 0, (int)quote.Index + 1, Text.Length + (int)quote.Column);
        var (i, line) = ((int)quote.Index + 1, quote.Line);
        for (; i < Text.Length && Text[i] != '"'; i++)
        {
            if (Text[i] == '\\' && i + 1 < Text.Length && Text[i + 1] is not ('\r' or '\n'))
            {
                result.Append(Text[i++]);
            }

            result.Append(Text[i]);
            if (Text[i] == '\n')
            {
                Insert(result, ++line, (int)quote.Column);
            }
        }

        Text = result.Append(Text.AsSpan(i)).ToString();
        return true;
    }

    /// <summary>Indents a line of a flow collection by as much as any key can be.</summary>
    private bool IndentLine(in Mark mark)
    {
        var start = LineStart(mark);
        var isContinued = start > 0 && mark.Index < Text.Length && Text.AsSpan(start, (int)mark.Index - start).Trim(' ').IsEmpty;
        if (!isContinued || _inserted.ContainsKey(mark.Line))
        {
            return false;
        }

        var before = Text.AsSpan(0, start).LastIndexOfAny('[', '{');
        var width = before < 0 ? 0 : before - Text.AsSpan(0, before).LastIndexOf('\n');
        var result = new StringBuilder(Text, 0, start, Text.Length + width);
        Insert(result, mark.Line, width);
        Text = result.Append(Text.AsSpan(start)).ToString();
        return width > 0;
    }

    private void Insert(StringBuilder result, long line, int width)
    {
        result.Append(' ', width);
        _inserted[line] = _inserted.GetValueOrDefault(line) + width;
    }
}

using System.Buffers;
using System.Text;

namespace ReproBuild.Registry.Authentication;

/// <summary>Parses <c>WWW-Authenticate</c> (RFC 9110, sections 11.2, 11.3 and 11.6.1).</summary>
/// <remarks>
/// Challenges and their parameters are both separated by commas; a token followed by <c>=</c> is a parameter, any other begins a
/// challenge. What cannot be parsed ends its header line; the challenges before it count.
/// </remarks>
internal ref struct ChallengeParser
{
    private const int MaxHeaderLength = 16 * 1024;

    // RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Token68Characters =
        SearchValues.Create("-._~+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ReadOnlySpan<char> _rest;

    private ChallengeParser(ReadOnlySpan<char> header) => _rest = header;

    /// <summary>All challenges of all header lines, in their order.</summary>
    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> headers)
    {
        var challenges = new List<Challenge>();
        foreach (var header in headers)
        {
            if (header.Length <= MaxHeaderLength)
            {
                new ChallengeParser(header).ReadAll(challenges);
            }
        }

        return challenges;
    }

    private void ReadAll(List<Challenge> challenges)
    {
        SkipSeparators();
        while (TryReadToken(out var scheme))
        {
            var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            challenges.Add(new Challenge(scheme, parameters));
            SkipSpace();
            if (!TryReadToken68() && !TryReadParameters(parameters))
            {
                return;
            }

            SkipSeparators();
        }
    }

    /// <summary>Reads parameters up to the next challenge or the end; false when what follows is neither.</summary>
    private bool TryReadParameters(Dictionary<string, string> parameters)
    {
        while (true)
        {
            SkipSeparators();
            var before = _rest;
            if (!TryReadToken(out var name))
            {
                return _rest.IsEmpty;
            }

            SkipSpace();
            if (!_rest.StartsWith('='))
            {
                _rest = before;
                return true;
            }

            _rest = _rest[1..];
            SkipSpace();
            if (!TryReadValue(out var value))
            {
                return false;
            }

            // A repeated name is an error (section 11.2); the first value stands.
            parameters.TryAdd(name, value);
        }
    }

    /// <summary>Reads a token68 such as Negotiate's, which stands alone in its challenge.</summary>
    private bool TryReadToken68()
    {
        var length = _rest.IndexOfAnyExcept(Token68Characters);
        var end = length < 0 ? [] : _rest[length..];
        var afterPadding = end.TrimStart('=');
        var next = afterPadding.TrimStart(" \t");
        if (length == 0 || (!next.IsEmpty && next[0] != ','))
        {
            return false;
        }

        _rest = afterPadding;
        return true;
    }

    private bool TryReadValue(out string value)
    {
        if (!_rest.StartsWith('"'))
        {
            return TryReadToken(out value);
        }

        var text = new StringBuilder();
        for (var i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                _rest = _rest[(i + 1)..];
                value = text.ToString();
                return true;
            }

            // A quoted-pair (section 5.6.4).
            i += _rest[i] == '\\' ? 1 : 0;
            if (i < _rest.Length)
            {
                text.Append(_rest[i]);
            }
        }

        value = "";
        return false;
    }

    private bool TryReadToken(out string token)
    {
        var length = _rest.IndexOfAnyExcept(TokenCharacters);
        length = length < 0 ? _rest.Length : length;
        token = _rest[..length].ToString();
        _rest = _rest[length..];
        return length > 0;
    }

    private void SkipSpace() => _rest = _rest.TrimStart(" \t");

    private void SkipSeparators() => _rest = _rest.TrimStart(" \t,");
}

/// <summary>How a server wants to be convinced (RFC 9110, section 11.3).</summary>
/// <param name="Scheme">The scheme as the server wrote it; its case does not matter.</param>
/// <param name="Parameters">The parameters; the case of their names does not matter.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>A parameter's value, or null.</summary>
    public string? Find(string name) => Parameters.GetValueOrDefault(name);
}

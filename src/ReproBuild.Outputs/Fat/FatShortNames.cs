using System.Globalization;
using System.Text;
using static ReproBuild.Outputs.Fat.FatNames;

namespace ReproBuild.Outputs.Fat;

/// <summary>Gives the names of one directory short names that no other name of it equals.</summary>
/// <remarks>
/// The numbers are given in the order of the calls. Where a search ended is remembered for each beginning that a number is added to: what is
/// below is taken for good, and a directory of many similar names would take time by the square of their count.
/// </remarks>
internal sealed class FatShortNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Beginning, string Extension, int Digits), int> _next = [];

    /// <summary>
    /// Keeps others from getting a short name that equals this long one: a reader looks a name up among the long and the short ones.
    /// </summary>
    public void Reserve(string name)
    {
        if (TryShort(Fold(name)) is { } exact)
        {
            _taken.Add(Encoding.ASCII.GetString(exact));
        }
    }

    /// <summary>The 11 bytes of a new short name: the first letters, and a number.</summary>
    public byte[] Make(string name)
    {
        var trimmed = name.Replace(" ", "", StringComparison.Ordinal).TrimStart('.');
        var dot = trimmed.LastIndexOf('.');
        var stem = Clean(dot < 0 ? trimmed : trimmed[..dot]);
        var extension = Clean(dot < 0 ? "" : trimmed[(dot + 1)..]);
        extension = extension[..Math.Min(ExtensionLength, extension.Length)];
        for (var (digits, lowest) = (1, 1); ; (digits, lowest) = (digits + 1, lowest * 10))
        {
            var beginning = stem[..Math.Min(BaseLength - 1 - digits, stem.Length)];
            if (TryNumber((beginning, extension, digits), lowest) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>The first free number of so many digits, else null.</summary>
    private byte[]? TryNumber((string Beginning, string Extension, int Digits) key, int lowest)
    {
        byte[]? found = null;
        var number = _next.GetValueOrDefault(key, lowest);
        while (found is null && number / 10 < lowest)
        {
            var candidate = Pad(string.Create(CultureInfo.InvariantCulture, $"{key.Beginning}~{number}"), key.Extension);
            found = _taken.Add(Encoding.ASCII.GetString(candidate)) ? candidate : null;
            number++;
        }

        _next[key] = number;
        return found;
    }

    private static string Clean(string part) => new([.. part.ToUpperInvariant().Select(static c => IsShort(c) ? c : '_')]);
}

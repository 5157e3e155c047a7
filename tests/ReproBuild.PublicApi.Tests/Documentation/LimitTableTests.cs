using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Documentation;

public partial class LimitTableTests
{
    [Fact]
    public void The_security_policy_lists_every_limit_with_its_default()
    {
        var expected = typeof(InputLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(static limit => $"{limit.Name} {Text(limit.Name, limit.GetValue(InputLimits.Default)!)}");
        var listed = Row().Matches(RepositoryFiles.Read("SECURITY.md")).Select(static row => $"{row.Groups["name"].Value} {row.Groups["value"].Value}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string Text(string name, object value)
    {
        if (value is TimeSpan time)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N0} s");
        }

        var number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        var isSize = name.EndsWith("Size", StringComparison.Ordinal) || name.EndsWith("Threshold", StringComparison.Ordinal);
        var (unit, suffix) = !isSize ? (1, "") : number % (1 << 30) == 0 ? (1 << 30, " GiB") : number % (1 << 20) == 0 ? (1 << 20, " MiB")
            : number % 1024 == 0 ? (1024, " KiB") : (1, "");
        return string.Create(CultureInfo.InvariantCulture, $"{number / unit:N0}{suffix}");
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<value>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>Each public member is used by this project, which sees nothing else: a member that nobody can use from outside would be found here.</summary>
public partial class PublicMemberTests
{
    public static TheoryData<string> Projects => ["ReproBuild.Conformance", "ReproBuild.Core", "ReproBuild.Outputs", "ReproBuild.Registry"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_public_member_is_used(string project)
    {
        var used = RepositoryFiles.Sources("tests/ReproBuild.PublicApi.Tests").SelectMany(static path => Word().Matches(RepositoryFiles.Read(path)))
            .Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        var members = RepositoryFiles.Read($"src/{project}/PublicAPI.Unshipped.txt").Split('\n').Select(static line => Member().Match(line))
            .Where(static match => match.Success).Select(static match => (Full: match.Groups["full"].Value, Name: match.Groups["name"].Value));
        var unused = members.Where(member => !used.Contains(member.Name)).Select(static member => member.Full).Distinct().ToList();
        Assert.True(unused.Count == 0, string.Join('\n', unused));
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    /// <summary>A type, or a member that the compiler does not make by itself for a record.</summary>
    [GeneratedRegex(
        @"^(?:(?:abstract|const|static|virtual|~?override) )*(?<full>(?:\w+\.)*(?!Equals|GetHashCode|ToString|Deconstruct|operator|implicit|explicit)(?<name>\w+))" +
        @"(?:<\w+>)?(?:\.(?:get|init|set))?(?:\(| |$)")]
    private static partial Regex Member();
}

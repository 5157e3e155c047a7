using System.Text.RegularExpressions;
using ReproBuild.Testing.Tools;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>A project built as those in src are, with a use of what is banned on each line.</summary>
[Trait("Speed", "Slow")]
public sealed partial class BannedUseTests : IDisposable
{
    private static readonly string[] Banned =
    [
        "System.DateTime.Now",
        "System.DateTimeOffset.UtcNow",
        "System.Diagnostics.Stopwatch.GetTimestamp()",
        "System.TimeZoneInfo.Local",
        "System.Guid.NewGuid()",
        "System.Random.Shared.Next()",
        "System.Environment.ProcessorCount",
        "System.Environment.NewLine",
        "System.Globalization.CultureInfo.CurrentCulture",
        "System.StringComparer.CurrentCulture",
        "string.Compare(\"a\", \"b\", true)",
        "\"a\".GetHashCode()",
        "new System.HashCode()",
        "System.IO.Path.GetTempPath()",
        "System.IO.Directory.GetFiles(\"a\", \"*\")",
        "System.IO.Directory.EnumerateFileSystemEntries(\"a\")",
        "new System.IO.Compression.GZipStream(System.IO.Stream.Null, System.IO.Compression.CompressionMode.Compress)",
        "new System.IO.Compression.DeflateStream(System.IO.Stream.Null, System.IO.Compression.CompressionLevel.Fastest)",
        "new System.IO.Compression.ZLibStream(System.IO.Stream.Null, new System.IO.Compression.ZLibCompressionOptions())",
        "new System.Formats.Tar.TarWriter(System.IO.Stream.Null)",
    ];

    /// <summary>What only a culture makes dangerous is found by the rules of globalization.</summary>
    private static readonly string[] DependsOnCulture = ["1.5.ToString()", "double.Parse(\"1.5\")", "\"i\".StartsWith(\"I\")"];

    private readonly TemporaryDirectory _directory = new("banned");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_banned_breaks_a_build_and_the_rest_does_not()
    {
        Assert.SkipUnless(Dotnet.IsAvailable, Dotnet.SkipReason);
        await File.WriteAllTextAsync(_directory["Directory.Build.props"], $"""<Project><Import Project="{RepositoryFiles.FullPath("src/Directory.Build.props")}" /></Project>""");
        await File.WriteAllTextAsync(_directory["Directory.Packages.props"], $"""<Project><Import Project="{RepositoryFiles.FullPath("Directory.Packages.props")}" /></Project>""");
        File.Copy(RepositoryFiles.FullPath(".editorconfig"), _directory[".editorconfig"]);
        Directory.CreateDirectory(_directory["src"]);
        await File.WriteAllTextAsync(_directory["src/Probe.csproj"], """<Project Sdk="Microsoft.NET.Sdk" />""");

        await WriteAsync(["\"nothing is wrong here\""]);
        (await BuildAsync()).EnsureSuccess();

        await WriteAsync([.. Banned, .. DependsOnCulture]);
        var result = await BuildAsync();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(Lines(0, Banned), Lines(result, "RS0030"));
        Assert.Empty(Lines(Banned.Length, DependsOnCulture).Except(Lines(result, "CA1305|CA1310")));
    }

    private static ExternalTool Dotnet { get; } = new("dotnet", "dotnet-sdk-10.0");

    /// <summary>One expression a line, from line 1.</summary>
    private Task WriteAsync(string[] expressions) => File.WriteAllTextAsync(
        _directory["src/Probe.cs"], string.Join('\n', expressions.Select(static (e, i) => $"internal static class Probe{i} {{ public static object Value() => {e}; }}")) + "\n");

    private Task<ToolResult> BuildAsync() => Dotnet.TryRunAsync(
        ["build", _directory["src/Probe.csproj"], "-p:RunAnalyzers=true", "-p:RestoreLockedMode=false"],
        new ToolOptions { WorkingDirectory = _directory.FullName, Environment = new Dictionary<string, string> { ["DOTNET_CLI_UI_LANGUAGE"] = "en" } },
        TestContext.Current.CancellationToken);

    private static IEnumerable<string> Lines(int first, string[] expressions) => expressions.Select((e, i) => $"{first + i + 1}: {e}");

    private IEnumerable<string> Lines(ToolResult result, string rules) => Found().Matches(result.Output)
        .Where(match => Regex.IsMatch(match.Groups[2].Value, $"^({rules})$"))
        .Select(static match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order()
        .Select(line => $"{line}: {Banned.Concat(DependsOnCulture).ElementAt(line - 1)}");

    [GeneratedRegex(@"Probe\.cs\((\d+),\d+\): error (\w+):")]
    private static partial Regex Found();
}

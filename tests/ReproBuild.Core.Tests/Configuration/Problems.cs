namespace ReproBuild.Core.Tests.Configuration;

/// <summary>What is wrong with a YAML text.</summary>
internal static class Problems
{
    /// <summary>Every problem as <c>line:column: message</c>.</summary>
    public static string[] Of(string yaml)
    {
        var error = Assert.Throws<ConfigurationException>(() => LinuxKitConfig.Parse(yaml, "f.yml"));
        Assert.All(error.Problems, static problem => Assert.Equal("f.yml", problem.Location!.File));
        Assert.Equal(string.Join('\n', error.Problems), error.Message);
        return [.. error.Problems.Select(static problem => $"{problem.Location!.Line}:{problem.Location.Column}: {problem.Message}")];
    }

    /// <summary>The one problem.</summary>
    public static string One(string yaml) => Assert.Single(Of(yaml));
}

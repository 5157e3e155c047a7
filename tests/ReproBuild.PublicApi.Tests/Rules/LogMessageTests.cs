namespace ReproBuild.PublicApi.Tests.Rules;

public class LogMessageTests
{
    /// <summary>The generator of log messages writes the classes of a project in an order that differs from build to build, and so would the packages.</summary>
    [Theory]
    [InlineData("Core")]
    [InlineData("Registry")]
    [InlineData("Outputs")]
    public void A_project_has_one_class_of_log_messages(string project)
    {
        var directory = RepositoryFiles.FullPath($"src/ReproBuild.{project}");
        var generated = Path.Combine(directory, "obj");
        var files = Directory.GetFiles(directory, "*.cs", SearchOption.AllDirectories).Where(file => !file.StartsWith(generated, StringComparison.Ordinal));
        Assert.Single(files, static file => File.ReadAllText(file).Contains("[LoggerMessage(", StringComparison.Ordinal));
    }
}

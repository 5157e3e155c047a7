using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Samples;

/// <summary>Finds a sample in its own output directory: that of the tests lacks what ASP.NET Core's shared framework brings.</summary>
internal static class SampleProgram
{
    public static string Find(string project, string assembly)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(TestHost.RepositoryDirectory, "samples", project, "bin", framework.Parent!.Name, framework.Name, assembly);
    }
}

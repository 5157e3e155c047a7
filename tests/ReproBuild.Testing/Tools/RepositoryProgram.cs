namespace ReproBuild.Testing.Tools;

/// <summary>Finds a program in its own output directory: that of the tests lacks what ASP.NET Core's shared framework brings.</summary>
public static class RepositoryProgram
{
    /// <param name="project">The directory of its project, from the repository's root.</param>
    /// <param name="assembly">The file to start.</param>
    public static string Find(string project, string assembly)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(TestHost.RepositoryDirectory, project, "bin", framework.Parent!.Name, framework.Name, assembly);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>Which folder of a project uses which, by the file that declares each type; the project's root is the folder <c>.</c></summary>
internal static class FolderDependencies
{
    /// <summary>Every use of a type from a file of another folder, once for each file and type.</summary>
    /// <param name="directory">The project's directory.</param>
    public static ImmutableArray<FolderUse> Find(string directory)
    {
        var files = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(directory, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal);
        return Find(files.Select(file => (Path.GetRelativePath(directory, file).Replace('\\', '/'), File.ReadAllText(file))));
    }

    /// <param name="files">The path of each file from the project's root, and its text.</param>
    public static ImmutableArray<FolderUse> Find(IEnumerable<(string Path, string Text)> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)).ToList();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path));
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
            "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", options);
        // The compilation may lack what source generators add; the types that it declares itself are found all the same.
        var compilation = CSharpCompilation.Create("ReproBuild.Folders", [.. trees, usings], references);
        return [.. trees.AsParallel().AsOrdered().SelectMany(tree => UsesIn(tree, compilation)).Distinct()];
    }

    private static IEnumerable<FolderUse> UsesIn(SyntaxTree tree, CSharpCompilation compilation)
    {
        var model = compilation.GetSemanticModel(tree);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            // A type that is named, or the one whose member is used.
            var symbol = model.GetSymbolInfo(name).Symbol;
            if ((symbol as INamedTypeSymbol ?? symbol?.ContainingType) is not { } type)
            {
                continue;
            }

            foreach (var declaration in type.OriginalDefinition.DeclaringSyntaxReferences)
            {
                if (FolderOf(declaration.SyntaxTree) != FolderOf(tree))
                {
                    yield return new FolderUse(FolderOf(tree), FolderOf(declaration.SyntaxTree), Path.GetFileName(tree.FilePath), type.Name);
                }
            }
        }
    }

    private static string FolderOf(SyntaxTree tree) => Path.GetDirectoryName(tree.FilePath) is { Length: > 0 } folder ? folder.Replace('\\', '/') : ".";
}

/// <summary>A file of one folder uses a type of another.</summary>
/// <param name="From">The folder of the file.</param>
/// <param name="To">The folder of the file that declares the type.</param>
/// <param name="File">The name of the file.</param>
/// <param name="Type">The name of the type.</param>
internal sealed record FolderUse(string From, string To, string File, string Type);

using System.Reflection;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>The direction of dependencies, and a public API free of foreign types.</summary>
public class DependencyTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Core = typeof(ImageBuilder).Assembly;
    private static readonly Assembly Registry = typeof(RegistryImageSource).Assembly;
    private static readonly Assembly Outputs = typeof(StandardOutputFormats).Assembly;

    [Fact]
    public void Core_refers_to_neither_of_the_others_and_they_refer_to_Core_alone()
    {
        Assert.Empty(OwnReferences(Core));
        Assert.Equal(["ReproBuild.Core"], OwnReferences(Registry));
        Assert.Equal(["ReproBuild.Core"], OwnReferences(Outputs));
    }

    /// <summary>The compiler leaves out of an assembly what it does not use, so the projects are looked at too.</summary>
    [Theory]
    [InlineData("Core")]
    [InlineData("Registry", "Core")]
    [InlineData("Outputs", "Core")]
    public void The_projects_refer_to_no_more(string project, params string[] expected)
    {
        var file = System.Xml.Linq.XDocument.Load(RepositoryFiles.FullPath($"src/ReproBuild.{project}/ReproBuild.{project}.csproj"));
        var references = file.Descendants("ProjectReference").Select(static r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
        Assert.Equal(expected.Select(static name => $"ReproBuild.{name}"), references);
    }

    [Fact]
    public void Public_members_use_no_types_of_other_libraries()
    {
        var foreign = new[] { Core, Registry, Outputs }.SelectMany(static assembly => assembly.GetExportedTypes())
            .SelectMany(static type => Types(type).Concat(type.GetMembers(Declared).Where(IsVisible).SelectMany(Types)).Where(IsForeign).Select(t => $"{type}: {t}"));
        Assert.Empty(foreign.Distinct());
    }

    [Fact]
    public void A_type_of_another_library_is_recognized()
    {
        Assert.True(IsForeign(typeof(List<FactAttribute[]>)));
        Assert.False(IsForeign(typeof(List<ImageBuilder[]>)));
    }

    private static IEnumerable<string> OwnReferences(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(static r => r.Name!).Where(static name => name.StartsWith("ReproBuild.", StringComparison.Ordinal));

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false, // Properties and events have methods.
    };

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        Type type => type.GetInterfaces().Append(type.BaseType ?? typeof(object)),
        MethodInfo method => method.GetParameters().Select(static p => p.ParameterType).Append(method.ReturnType),
        MethodBase constructor => constructor.GetParameters().Select(static p => p.ParameterType),
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    /// <summary>The framework's and the project's own types are fine, and so is the logging abstraction.</summary>
    private static bool IsForeign(Type type)
    {
        if (type.IsGenericParameter)
        {
            return false;
        }

        if (type.HasElementType)
        {
            return IsForeign(type.GetElementType()!);
        }

        var name = type.Assembly.GetName().Name!;
        var isKnown = name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("ReproBuild.", StringComparison.Ordinal)
            || name == "Microsoft.Extensions.Logging.Abstractions";
        return !isKnown || type.GetGenericArguments().Any(IsForeign);
    }
}

using System.Reflection;
using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>Documentation comment identifiers, in which eng/BannedSymbols.txt names what is banned (C# specification, annex D.4.2).</summary>
internal static partial class DocumentationId
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Framework =
        [.. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll")
            .Where(static file => !file.EndsWith(".Native.dll", StringComparison.Ordinal)).Select(static file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))];

    /// <summary>Whether an identifier names something of the framework.</summary>
    public static bool Exists(string id)
    {
        var name = Parameters().Replace(id[2..], "");
        if (id[0] == 'T')
        {
            return FindType(name) is not null;
        }

        var type = FindType(name[..name.LastIndexOf('.')]);
        return type is not null && type.GetMembers(All).Any(member => Of(member) == id);
    }

    /// <summary>The identifier of a member.</summary>
    public static string Of(MemberInfo member)
    {
        var name = $"{TypeName(member.DeclaringType!)}.{member.Name.Replace('.', '#')}";
        return member switch
        {
            FieldInfo => $"F:{name}",
            PropertyInfo => $"P:{name}",
            MethodInfo { IsGenericMethod: true } method => $"M:{name}``{method.GetGenericArguments().Length}{List(method)}",
            MethodBase method => $"M:{name}{List(method)}",
            _ => "",
        };
    }

    private static string List(MethodBase method) =>
        method.GetParameters() is { Length: > 0 } parameters ? $"({string.Join(',', parameters.Select(static p => TypeName(p.ParameterType)))})" : "";

    private static string TypeName(Type type)
    {
        if (type.IsGenericParameter)
        {
            return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        }

        if (type.HasElementType)
        {
            return TypeName(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsByRef ? "@" : "*");
        }

        var definition = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
        return type.IsConstructedGenericType
            ? $"{definition[..definition.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(TypeName))}}}"
            : definition;
    }

    private static Type? FindType(string name) => Framework.Select(assembly => assembly.GetType(name)).FirstOrDefault(static type => type is not null);

    [GeneratedRegex(@"\(.*\)$")]
    private static partial Regex Parameters();
}

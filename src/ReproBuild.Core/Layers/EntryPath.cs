using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>The names in a tar archive as paths from the root.</summary>
internal static class EntryPath
{
    /// <summary>The components of a name or of a hard link's target; none for the root itself.</summary>
    /// <exception cref="IntegrityException">The path leads out of the root, or exceeds a limit.</exception>
    public static List<ByteString> Parse(ByteString name, InputLimits limits)
    {
        ThrowIfAny(PathLimits.Problem(name.Length, limits));
        ThrowIfAny(name.Span.Contains((byte)0) ? $"the path '{name.Shown()}' contains a NUL byte" : null);
        var path = TreePath.Split(name);
        ThrowIfAny(PathLimits.Problem(path, limits));
        return path.Exists(TreePath.IsParent) ? Clean(name, path) : path;
    }

    private static List<ByteString> Clean(ByteString name, List<ByteString> path)
    {
        var clean = new List<ByteString>();
        foreach (var component in path)
        {
            if (!TreePath.IsParent(component))
            {
                clean.Add(component);
            }
            else if (clean.Count > 0)
            {
                clean.RemoveAt(clean.Count - 1);
            }
            else
            {
                throw new IntegrityException($"the path '{name.Shown()}' leads out of the root through '..'");
            }
        }

        return clean;
    }

    private static void ThrowIfAny(string? problem)
    {
        if (problem is not null)
        {
            throw new IntegrityException(problem);
        }
    }
}

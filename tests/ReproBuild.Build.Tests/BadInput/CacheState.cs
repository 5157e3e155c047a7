using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ReproBuild.Build.Tests.BadInput;

/// <summary>Looks at a cache directory from outside: is everything under a digest what the digest says, and is nothing half done left?</summary>
internal static class CacheState
{
    /// <summary>What is wrong; empty for a sound cache, and for one that does not exist.</summary>
    public static List<string> FindProblems(string cache)
    {
        var problems = new List<string>();
        foreach (var path in Files(cache))
        {
            var relative = Path.GetRelativePath(cache, path).Replace('\\', '/');
            if (relative.StartsWith("blobs/", StringComparison.Ordinal) || (relative.StartsWith("reprobuild/layers/", StringComparison.Ordinal) && relative.EndsWith(".tar", StringComparison.Ordinal)))
            {
                using var content = File.OpenRead(path);
                var digest = Convert.ToHexStringLower(SHA256.HashData(content));
                problems.AddRange(digest == Path.GetFileNameWithoutExtension(path) ? [] : [$"{relative} has the digest {digest}"]);
            }
            else if (relative.StartsWith("reprobuild/temporary/", StringComparison.Ordinal) && !relative.EndsWith(".lock", StringComparison.Ordinal))
            {
                problems.Add($"{relative} is left over");
            }
            else if (relative.EndsWith(".json", StringComparison.Ordinal))
            {
                Assert.NotNull(JsonNode.Parse(File.ReadAllText(path)));
            }
        }

        return problems;
    }

    private static string[] Files(string directory) => Directory.Exists(directory) ? Directory.GetFiles(directory, "*", SearchOption.AllDirectories) : [];
}

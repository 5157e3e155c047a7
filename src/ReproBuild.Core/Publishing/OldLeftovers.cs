using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Publishing;

/// <summary>Files that builds of earlier versions left in an output directory when they were killed.</summary>
/// <remarks>
/// <c>.reprobuild-N.partial</c> was an unfinished artifact, <c>.reprobuild-N.previous</c> one that was being replaced. Neither says which name it
/// had, so nothing can be restored from them; a build makes the artifact again.
/// </remarks>
internal static partial class OldLeftovers
{
    public static void Remove(string outputDirectory, ILogger logger)
    {
        foreach (var name in WorkDirectory.Names(outputDirectory).Where(static name => Name().IsMatch(name)))
        {
            var path = Path.Combine(outputDirectory, name);
            try
            {
                // A build that lives has its file open, and so locked.
                LockFile.TryAcquire(path, isTemporary: true)?.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                BuildLog.NotRemoved(logger, path, e.Message);
            }
        }
    }

    [GeneratedRegex(@"^\.reprobuild-[0-9]+\.(partial|previous)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

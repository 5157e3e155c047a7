using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Publishing;

/// <summary>A file that has been written, and the name that it is to get.</summary>
/// <param name="File">Its name in the work directory.</param>
/// <param name="Name">The name in the output directory.</param>
internal readonly record struct FinishedFile(string File, string Name);

/// <summary>
/// The list of names that a set of finished files is to get, in the file <c>journal</c> of their work directory. Once it is on the disk, the
/// set is published: whoever finds it gives the rest of the names.
/// </summary>
/// <remarks>
/// A line of canonical JSON, and a line with its SHA-256. One that does not fit its hash was being written: nothing has its name yet.
/// </remarks>
internal static class PublicationJournal
{
    private const string FileName = "journal";
    private const int Version = 1;
    private const int MaxSize = 16 * 1024 * 1024;

    public static bool Exists(string workDirectory) => File.Exists(PathIn(workDirectory));

    /// <summary>Deletes it, if it is there.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public static void Delete(string workDirectory)
    {
        if (Exists(workDirectory))
        {
            File.Delete(PathIn(workDirectory));
        }
    }

    /// <summary>Writes it to the disk.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string workDirectory, IEnumerable<FinishedFile> files)
    {
        var names = new JsonArray([.. files.Select(static file => new JsonObject { ["file"] = file.File, ["name"] = file.Name })]);
        var content = CanonicalJsonWriter.Serialize(new JsonObject { ["files"] = names, ["version"] = Version });
        using var journal = new FileStream(PathIn(workDirectory), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        journal.Write(content);
        journal.Write(Encoding.ASCII.GetBytes($"\n{Digest.OfSha256(content).Hex}\n"));
        journal.Flush(flushToDisk: true);
    }

    /// <summary>Reads it; null when there is none, or none that is complete.</summary>
    /// <exception cref="ReproBuildException">Another version of ReproBuild wrote it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<FinishedFile>? Read(string workDirectory) =>
        Exists(workDirectory) ? Parse(RegularFile.ReadAllBytes(PathIn(workDirectory), MaxSize, allowLink: false), workDirectory) : null;

    /// <summary>What its bytes say; null when they are not complete.</summary>
    /// <exception cref="ReproBuildException">Another version of ReproBuild wrote them.</exception>
    internal static IReadOnlyList<FinishedFile>? Parse(byte[] bytes, string workDirectory)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        if (end < 0 || Encoding.ASCII.GetString(bytes.AsSpan(end)) != $"\n{Digest.OfSha256(bytes.AsSpan(0, end)).Hex}\n")
        {
            return null;
        }

        try
        {
            return Parse(bytes.AsMemory(0, end));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ReproBuildException(
                $"'{PathIn(workDirectory)}' is of another version of ReproBuild. "
                + $"Build there with that version, or delete '{workDirectory}' to give up what it lists.", e);
        }
    }

    private static List<FinishedFile> Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.GetProperty("version").GetInt32() != Version)
        {
            throw new JsonException("Another version.");
        }

        // Whatever the journal says, nothing is moved out of the two directories.
        return
        [
            .. document.RootElement.GetProperty("files").EnumerateArray()
                .Select(static file => new FinishedFile(NameIn(file.GetProperty("file")), NameIn(file.GetProperty("name")))),
        ];
    }

    private static string NameIn(JsonElement text) =>
        text.GetString() is { Length: > 0 } name && name is not ("." or "..") && name == Path.GetFileName(name)
        && !name.Contains('\0', StringComparison.Ordinal)
            ? name
            : throw new JsonException("Not the name of a file.");

    private static string PathIn(string workDirectory) => Path.Combine(workDirectory, FileName);
}

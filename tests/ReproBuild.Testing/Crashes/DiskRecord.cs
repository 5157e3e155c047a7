using System.Buffers.Binary;
using System.Text;

namespace ReproBuild.Testing.Crashes;

/// <summary>What a recorded call did; the numbers are those of <c>systemcalls.c</c>.</summary>
public enum RecordedCallKind
{
    Create = 1,
    Write,
    Truncate,
    Rename,
    Unlink,
    MakeDirectory,
    RemoveDirectory,
    Sync,
    Link,
}

/// <summary>A call that changed something below the recorded directories, or flushed it to the disk.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Path">To what; of <see cref="RecordedCallKind.Rename"/> and <see cref="RecordedCallKind.Link"/> the old name.</param>
/// <param name="Data">What was written.</param>
/// <param name="Number">Where it was written, or the new length.</param>
public sealed record RecordedCall(RecordedCallKind Kind, string Path, byte[] Data, long Number)
{
    /// <summary>The new name.</summary>
    public string NewPath => Encoding.UTF8.GetString(Data);
}

/// <summary>The calls of a process in their order.</summary>
public static class DiskRecord
{
    private const int HeadLength = 24;

    /// <summary>Reads the file that the library wrote.</summary>
    public static List<RecordedCall> Read(string file)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(file);
        var calls = new List<RecordedCall>();
        while (rest.Length >= HeadLength)
        {
            var kind = (RecordedCallKind)BinaryPrimitives.ReadInt32LittleEndian(rest);
            var (path, data) = (BinaryPrimitives.ReadInt32LittleEndian(rest[4..]), BinaryPrimitives.ReadInt32LittleEndian(rest[8..]));
            var number = BinaryPrimitives.ReadInt64LittleEndian(rest[16..]);
            rest = rest[HeadLength..];
            calls.Add(new RecordedCall(kind, Encoding.UTF8.GetString(rest[..path]), rest.Slice(path, data).ToArray(), number));
            rest = rest[(path + data)..];
        }

        return calls;
    }
}

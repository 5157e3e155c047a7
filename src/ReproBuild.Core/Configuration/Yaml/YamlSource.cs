using System.Buffers;
using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Configuration.Yaml;

/// <summary>Reads text that a YAML scanner may see: UTF-8, no more than is allowed, without characters that YAML forbids.</summary>
internal static class YamlSource
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Everything outside YAML 1.2.2's c-printable (section 5.1), lone surrogates excepted. NUL would end the scanner silently.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0xA0).Select(static c => (char)c).Where(IsForbiddenControl)) + "\uFFFE\uFFFF");

    /// <exception cref="ConfigurationException">The file cannot be read or is too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, InputLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileBlob(path);
            var stream = new FileContent(file, 0, file.Length).OpenRead();
            await using (stream.ConfigureAwait(false))
            {
                return await ReadAsync(stream, path, limits, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (HostFileError.IsOne(e))
        {
            var message = $"the configuration file '{path}' cannot be read: {HostFileError.Reason(e, path)}; expected a readable YAML file";
            throw new ConfigurationException([new ConfigurationProblem(null, message)], e);
        }
    }

    /// <exception cref="ConfigurationException">The stream has too many bytes.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, string fileName, InputLimits limits, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>(BufferSize);
        int count;
        while ((count = await stream.ReadAsync(content.GetMemory(BufferSize), cancellationToken).ConfigureAwait(false)) > 0)
        {
            content.Advance(count);
            CheckSize(content.WrittenCount, fileName, limits);
        }

        return content.WrittenMemory;
    }

    /// <exception cref="ConfigurationException">The bytes are too many or not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> utf8, string fileName, InputLimits limits)
    {
        CheckSize(utf8.Length, fileName, limits);
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        for (var offset = 0; offset < utf8.Length;)
        {
            if (Rune.DecodeFromUtf8(utf8[offset..], out _, out var length) != OperationStatus.Done)
            {
                throw new ProblemList().Fatal(
                    LocationAt(Encoding.UTF8.GetString(utf8[..offset]), offset, fileName),
                    string.Create(CultureInfo.InvariantCulture, $"the byte 0x{utf8[offset]:X2} is not UTF-8; expected UTF-8 text"));
            }

            offset += length;
        }

        return Encoding.UTF8.GetString(utf8);
    }

    /// <exception cref="ConfigurationException">The text is too long or holds a character that YAML forbids.</exception>
    public static void Check(string text, string fileName, InputLimits limits)
    {
        CheckSize(text.Length, fileName, limits);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]) || Forbidden.Contains(text[i]))
            {
                throw new ProblemList().Fatal(
                    LocationAt(text, i, fileName),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the character U+{(int)text[i]:X4} is not allowed in YAML; expected it escaped in double quotes, such as \"\\x07\""));
            }
        }
    }

    private static void CheckSize(long size, string fileName, InputLimits limits)
    {
        if (size > limits.MaxConfigurationSize)
        {
            throw new ProblemList().Fatal(
                new SourceLocation(fileName, 1, 1),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the file is too large; expected at most {limits.MaxConfigurationSize} bytes ({nameof(InputLimits.MaxConfigurationSize)})"));
        }
    }

    private static bool IsForbiddenControl(char c) => c is (< ' ' and not ('\t' or '\n' or '\r')) or (>= '\x7F' and not '\x85');

    private static SourceLocation LocationAt(string text, int index, string fileName)
    {
        var before = text.AsSpan(0, Math.Min(index, text.Length));
        return new SourceLocation(fileName, 1 + before.Count('\n'), before.Length - before.LastIndexOf('\n'));
    }
}

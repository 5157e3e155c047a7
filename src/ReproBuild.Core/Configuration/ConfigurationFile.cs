using System.Buffers;
using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration;

/// <summary>Reads the bytes of a configuration, no more than are allowed.</summary>
internal static class ConfigurationFile
{
    private const int BufferSize = 64 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                return await ReadAsync(stream, path, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : Directory.Exists(path) ? "it is a directory" : e.Message.TrimEnd('.');
            throw new ConfigurationException([new ConfigurationProblem(null, $"the configuration file '{path}' cannot be read: {reason}; expected a readable YAML file")], e);
        }
    }

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, string fileName, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>(BufferSize);
        int count;
        while ((count = await stream.ReadAsync(content.GetMemory(BufferSize), cancellationToken).ConfigureAwait(false)) > 0)
        {
            content.Advance(count);
            YamlSource.CheckSize(content.WrittenCount, fileName);
        }

        return content.WrittenMemory;
    }
}

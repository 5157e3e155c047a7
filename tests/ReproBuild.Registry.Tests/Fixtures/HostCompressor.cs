using System.Diagnostics;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>Compresses with the host's own gzip and zstd, as the tools that make real layers do.</summary>
internal static class HostCompressor
{
    public static Task<byte[]> GzipAsync(byte[] content) => RunAsync("gzip", "-9nc", content);

    public static Task<byte[]> ZstdAsync(byte[] content) => RunAsync("zstd", "-qc", content);

    public static Task<byte[]> XzAsync(byte[] content) => RunAsync("xz", "-c", content);

    private static async Task<byte[]> RunAsync(string tool, string arguments, byte[] content)
    {
        Assert.SkipUnless(IsInstalled(tool), $"{tool} is not installed.");
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(content);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private static bool IsInstalled(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, tool)));
}

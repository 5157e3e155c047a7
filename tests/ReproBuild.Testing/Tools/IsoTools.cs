namespace ReproBuild.Testing.Tools;

/// <summary>Programs that read ISO 9660 volumes.</summary>
public static class IsoTools
{
    public static ExternalTool Xorriso { get; } = new("xorriso", "xorriso");

    public static ExternalTool IsoInfo { get; } = new("isoinfo", "genisoimage");

    /// <summary>Extracts a volume with hard links and device files, which needs root.</summary>
    public static Task<string> ExtractAsync(string image, string directory, CancellationToken cancellationToken) => Xorriso.RunAsync(
        ["-no_rc", "-return_with", "WARNING", "32", "-abort_on", "WARNING", "-osirrox", "on:device_files:sort_lba_off", "-hardlinks", "on", "-indev", $"stdio:{image}", "-extract", "/", directory],
        cancellationToken: cancellationToken);
}

namespace ReproBuild.Cli;

/// <summary>Reads configurations from files and from standard input.</summary>
internal static class ConfigurationLoader
{
    public const string StandardInput = "-";

    private const string StandardInputName = "<standard input>";

    public static async Task<LinuxKitConfig> LoadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (!paths.Contains(StandardInput))
        {
            return await LinuxKitConfig.LoadAsync(paths, cancellationToken: cancellationToken);
        }

        var merged = new LinuxKitConfig();
        foreach (var path in paths)
        {
            merged = merged.MergeWith(await LoadOneAsync(path, cancellationToken));
        }

        return merged;
    }

    private static async Task<LinuxKitConfig> LoadOneAsync(string path, CancellationToken cancellationToken)
    {
        if (path != StandardInput)
        {
            return await LinuxKitConfig.LoadAsync([path], cancellationToken: cancellationToken);
        }

        await using var input = Console.OpenStandardInput();
        return await LinuxKitConfig.LoadAsync(input, StandardInputName, cancellationToken: cancellationToken);
    }
}

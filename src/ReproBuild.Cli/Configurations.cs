namespace ReproBuild.Cli;

/// <summary>Reads configurations from files and from standard input.</summary>
internal static class Configurations
{
    private const string StandardInputName = "<standard input>";

    public static async Task<LinuxKitConfig> LoadAsync(IReadOnlyList<string> paths, InputLimits limits, CancellationToken cancellationToken)
    {
        if (!paths.Contains(BuildRequest.StandardInput))
        {
            return await LinuxKitConfig.LoadAsync(paths, limits, cancellationToken);
        }

        var merged = new LinuxKitConfig();
        foreach (var path in paths)
        {
            merged = merged.MergeWith(await LoadOneAsync(path, limits, cancellationToken));
        }

        return merged;
    }

    private static async Task<LinuxKitConfig> LoadOneAsync(string path, InputLimits limits, CancellationToken cancellationToken)
    {
        if (path != BuildRequest.StandardInput)
        {
            return await LinuxKitConfig.LoadAsync([path], limits, cancellationToken);
        }

        await using var input = Console.OpenStandardInput();
        // A read from a terminal or a pipe cannot be cancelled, but it need not be waited for.
        return await LinuxKitConfig.LoadAsync(input, StandardInputName, limits, cancellationToken).WaitAsync(cancellationToken);
    }
}

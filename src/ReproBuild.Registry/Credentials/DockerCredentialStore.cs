namespace ReproBuild.Registry.Credentials;

/// <summary>Credentials as Docker keeps them: the helper for the registry, else the common store, else the file itself.</summary>
/// <remarks>The file is read at the first question, each registry is looked up once, and a file that does not exist holds nothing.</remarks>
internal sealed class DockerCredentialStore(string? directory) : ICredentialStore, IDisposable
{
    private const int MaxFileSize = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly Dictionary<string, RegistryCredential?> _found = new(StringComparer.OrdinalIgnoreCase);
    private (bool Read, DockerConfigFile? File) _config;

    public async Task<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_found.TryGetValue(registry, out var credential))
            {
                _config = _config.Read ? _config : (true, await ReadAsync(cancellationToken).ConfigureAwait(false));
                credential = _config.File is { } file ? await FindAsync(file, registry, cancellationToken).ConfigureAwait(false) : null;
                _found.Add(registry, credential);
            }

            return credential;
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static async Task<RegistryCredential?> FindAsync(DockerConfigFile file, string registry, CancellationToken cancellationToken)
    {
        var credential = file.FindHelper(registry) is { } name
            ? await CredentialHelper.GetAsync(name, RegistryKey.Of(registry), cancellationToken).ConfigureAwait(false)
            : null;
        return credential ?? file.FindCredential(registry);
    }

    private async Task<DockerConfigFile?> ReadAsync(CancellationToken cancellationToken)
    {
        if (FindDirectory() is not { } folder)
        {
            return null;
        }

        var path = Path.Combine(folder, "config.json");
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                return null;
            }

            return info.Length <= MaxFileSize
                ? DockerConfigFile.Parse(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false))
                : throw new ReproBuildException(
                    $"{path}: Docker's configuration is larger than {MaxFileSize} bytes. "
                    + "Set RegistryOptions.DockerConfigDirectory to the right directory.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReproBuildException(
                $"{path}: Docker's configuration cannot be read: {e.Message.TrimEnd('.')}. "
                + "Correct its permissions, or set RegistryOptions.UseDockerCredentials to false.", e);
        }
    }

    private string? FindDirectory()
    {
        if ((directory ?? Environment.GetEnvironmentVariable("DOCKER_CONFIG")) is { Length: > 0 } named)
        {
            return named;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".docker") : null;
    }
}

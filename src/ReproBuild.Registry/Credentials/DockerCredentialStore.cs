using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry.Credentials;

/// <summary>Credentials as Docker keeps them: the helper for the registry, else the common store, else the file itself.</summary>
/// <remarks>The file is read at the first question, each registry is looked up once, and a file that does not exist holds nothing.</remarks>
internal sealed class DockerCredentialStore(string? directory, ILogger logger) : ICredentialStore, IDisposable
{
    private const int MaxFileSize = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly Dictionary<string, CredentialAnswer> _found = new(StringComparer.OrdinalIgnoreCase);
    private (bool Read, DockerConfigFile? File) _config;

    public async Task<CredentialAnswer> FindAsync(string registry, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_found.TryGetValue(registry, out var answer))
            {
                _config = _config.Read ? _config : (true, await ReadAsync(cancellationToken).ConfigureAwait(false));
                answer = _config.File is { } file
                    ? await FindAsync(file, registry, cancellationToken).ConfigureAwait(false)
                    : CredentialAnswer.None;
                _found.Add(registry, answer);
                if (answer.Problem is not null)
                {
                    RegistryLog.NoCredentials(logger, registry, answer.Problem);
                }
            }

            return answer;
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static async Task<CredentialAnswer> FindAsync(DockerConfigFile file, string registry, CancellationToken cancellationToken)
    {
        var answer = file.FindHelper(registry) is { } name
            ? await AskHelperAsync(name, registry, cancellationToken).ConfigureAwait(false)
            : CredentialAnswer.None;
        return answer.Credential is null && file.FindCredential(registry) is { } credential ? new CredentialAnswer(credential) : answer;
    }

    // Configurations are copied to machines that lack their helpers, and most images are public.
    private static async Task<CredentialAnswer> AskHelperAsync(string name, string registry, CancellationToken cancellationToken)
    {
        try
        {
            return await CredentialHelper.GetAsync(name, RegistryKey.Of(registry), cancellationToken).ConfigureAwait(false);
        }
        catch (ReproBuildException e)
        {
            return new CredentialAnswer(Credential: null, e.Message);
        }
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
                ? DockerConfigFile.Parse(
                    path, await Task.Run(() => RegularFile.ReadAllBytes(path, MaxFileSize), cancellationToken).ConfigureAwait(false))
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

        // Docker asks Windows' environment, the framework asks Windows.
        var home = Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } set
            ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".docker") : null;
    }
}

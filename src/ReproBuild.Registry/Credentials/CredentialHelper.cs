using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReproBuild.Registry.Credentials;

/// <summary>Runs <c>docker-credential-NAME get</c> (docker-credential-helpers' protocol).</summary>
/// <remarks>
/// The server goes to standard input, JSON comes from standard output. No part of that output is ever repeated: it may hold the secret.
/// </remarks>
internal static partial class CredentialHelper
{
    private const int MaxOutputLength = 1024 * 1024;
    private const string NotFound = "credentials not found in native keychain";

    // With this user the secret is an identity token.
    private const string TokenUser = "<token>";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What the helper has for a server.</summary>
    /// <param name="name">The helper's name, without <c>docker-credential-</c>.</param>
    /// <param name="server">The server, as Docker's keys name it.</param>
    /// <param name="cancellationToken">Cancels the operation and ends the helper.</param>
    /// <exception cref="ReproBuildException">The helper cannot be run, fails, or its answer is not understood.</exception>
    public static async Task<CredentialAnswer> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        var program = NamePattern().IsMatch(name)
            ? "docker-credential-" + name
            : throw new ReproBuildException(
                "The name of a credential helper in Docker's configuration is not made of letters, digits, '.', '_' and '-'. "
                + "Correct credsStore or credHelpers.");
        var (exitCode, output) = await RunAsync(program, server, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal)
                ? CredentialAnswer.None
                : throw Failed(program, server, $"fails with exit code {exitCode}");
        }

        return ParseAnswer(program, server, output) ?? throw Failed(program, server, "gives an answer that is not understood");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string server, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        using var process = Start(program);
        try
        {
            await WriteServerAsync(process, server).ConfigureAwait(false);
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, timeout.Token);
            var output = await ReadOutputAsync(process.StandardOutput, timeout.Token).ConfigureAwait(false)
                ?? throw Failed(program, server, $"writes more than {MaxOutputLength} characters");
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return (process.ExitCode, output);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(program, server, $"does not answer within {Patience.TotalSeconds} seconds");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(string program)
    {
        var path = HelperProgram.Find(program) ?? throw CannotRun(program, "it is not on PATH", cause: null);
        try
        {
            return Process.Start(new ProcessStartInfo(path, ["get"])
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
        }
        catch (Win32Exception e)
        {
            throw CannotRun(program, e.Message, e);
        }
    }

    private static ReproBuildException CannotRun(string program, string why, Exception? cause) => new(
        $"The credential helper {program} that Docker's configuration names cannot be run: {why}. "
        + "Put it on PATH, remove it from credsStore or credHelpers, or set RegistryOptions.UseDockerCredentials to false.", cause);

    private static async Task WriteServerAsync(Process process, string server)
    {
        try
        {
            await process.StandardInput.WriteAsync(server + "\n").ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says why.
        }
    }

    private static async Task<string?> ReadOutputAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            text.Append(buffer, 0, count);
            if (text.Length > MaxOutputLength)
            {
                return null;
            }
        }

        return text.ToString();
    }

    /// <summary>Parses an answer, an object with <c>Username</c> and <c>Secret</c>; null when it is not one.</summary>
    /// <remarks>Helpers that have nothing say so in several ways: no output, null, no member, null or empty members.</remarks>
    private static CredentialAnswer? ParseAnswer(string program, string server, string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return new CredentialAnswer(Credential: null, Describe(program, server, "answers nothing"));
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => CredentialAnswer.None,
                JsonValueKind.Object => Read(program, server, Find(document.RootElement, "Username"), Find(document.RootElement, "Secret")),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static CredentialAnswer Read(string program, string server, string user, string secret) => (user, secret) switch
    {
        ("", "") => CredentialAnswer.None,
        (_, "") => new CredentialAnswer(Credential: null, Describe(program, server, "has a user but no secret")),
        (TokenUser, _) => new CredentialAnswer(RegistryCredential.FromIdentityToken(program, secret)),
        _ => new CredentialAnswer(RegistryCredential.FromPassword(program, user, secret)),
    };

    /// <summary>The text of a member; empty when it is missing or null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    private static string Find(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw new JsonException();

    private static ReproBuildException Failed(string program, string server, string how) => new(Describe(program, server, how));

    private static string Describe(string program, string server, string how) =>
        $"The credential helper {program} {how} when asked for {server}. Try: echo {server} | {program} get";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}

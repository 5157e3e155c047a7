using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Text;

namespace ReproBuild.Registry.Credentials;

/// <summary>Runs <c>docker-credential-NAME get</c> (docker-credential-helpers' protocol): the server on standard input, JSON on standard output.</summary>
/// <remarks>No part of a helper's output is ever repeated: it may hold the secret.</remarks>
internal sealed partial class CredentialHelperProcess : ICredentialHelper
{
    private const int MaxOutputLength = 1024 * 1024;
    private const string NotFound = "credentials not found in native keychain";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<RegistryCredential?> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        var program = NamePattern().IsMatch(name)
            ? "docker-credential-" + name
            : throw new ReproBuildException("The name of a credential helper in Docker's configuration is not made of letters, digits, '.', '_' and '-'. Correct credsStore or credHelpers.");
        var (exitCode, output) = await RunAsync(program, server, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failed(program, server, $"fails with exit code {exitCode}");
        }

        return CredentialHelperAnswer.Parse(program, output) ?? throw Failed(program, server, "gives an answer that is not understood");
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
        try
        {
            return Process.Start(new ProcessStartInfo(program, ["get"])
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
            throw new ReproBuildException(
                $"The credential helper {program} that Docker's configuration names cannot be run: {e.Message}. "
                + "Put it on PATH, remove it from credsStore or credHelpers, or turn UseDockerCredentials off.", e);
        }
    }

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

    private static ReproBuildException Failed(string program, string server, string how) =>
        new($"The credential helper {program} {how} when asked for {server}. Try: echo {server} | {program} get");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}

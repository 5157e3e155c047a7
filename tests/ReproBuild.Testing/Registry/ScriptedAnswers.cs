using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ReproBuild.Testing.Registry;

/// <summary>Answers that tests put together.</summary>
public static class ScriptedAnswers
{
    /// <summary>A status with a registry's JSON error.</summary>
    public static Task ErrorAsync(this HttpContext context, int status, string code = "UNKNOWN", string message = "")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    /// <summary>A redirect.</summary>
    public static Task RedirectAsync(this HttpContext context, string location, int status = 307)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    /// <summary>A 401 with a challenge.</summary>
    public static Task ChallengeAsync(this HttpContext context, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return context.ErrorAsync(401, "UNAUTHORIZED");
    }

    /// <summary>JSON text.</summary>
    public static Task JsonAsync(this HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    /// <summary>A manifest, as registries serve it.</summary>
    public static async Task ManifestAsync(this HttpContext context, byte[] manifest, string mediaType, string? digest = null)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = manifest.Length;
        context.Response.Headers["Docker-Content-Digest"] = digest ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(manifest));
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(manifest);
        }
    }

    /// <summary>A blob; the range is honoured, and <paramref name="breakAfter"/> bytes later the connection is closed.</summary>
    public static async Task BlobAsync(this HttpContext context, byte[] blob, int? breakAfter = null)
    {
        var start = FindStart(context);
        if (start > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{blob.Length - 1}/{blob.Length}");
        }

        await context.BodyAsync(blob.AsMemory(start), breakAfter);
    }

    /// <summary>A body that announces its length; the server closes the connection after <paramref name="breakAfter"/> bytes of it.</summary>
    public static async Task BodyAsync(this HttpContext context, ReadOnlyMemory<byte> body, int? breakAfter = null)
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(breakAfter is { } count ? body[..Math.Min(count, body.Length)] : body);
    }

    /// <summary>A body whose connection is reset after some bytes; the client loses those it has not read yet.</summary>
    public static async Task ResetAsync(this HttpContext context, ReadOnlyMemory<byte> body, int resetAfter)
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body[..resetAfter]);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>The first byte that the request asks for.</summary>
    public static int FindStart(HttpContext context)
    {
        var range = context.Request.Headers.Range.ToString();
        return range.Length == 0 ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
    }
}

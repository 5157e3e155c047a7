using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EmbeddedRegistry;

/// <summary>The pull half of the OCI distribution specification 1.1: GET and HEAD of manifests and blobs, and the list of tags.</summary>
internal static class RegistryEndpoints
{
    private const string DigestHeader = "Docker-Content-Digest";

    public static void Map(WebApplication application, RegistryContent content) =>
        application.MapMethods("/v2/{**path}", ["GET", "HEAD"], (string? path, HttpResponse response) => Answer(content, path ?? "", response));

    private static IResult Answer(RegistryContent content, string path, HttpResponse response)
    {
        if (path.Length == 0)
        {
            return Results.Json(new { });
        }

        // A repository's name may hold slashes, so the path is read from its end.
        var (rest, last) = SplitLast(path);
        var (repository, kind) = SplitLast(rest);
        return kind switch
        {
            "manifests" => Manifest(content, repository, last, response),
            "blobs" => Blob(content, last, response),
            "tags" when last == "list" => TagList(content, repository),
            _ => Error(StatusCodes.Status404NotFound, "UNSUPPORTED", "there is nothing at this address"),
        };
    }

    private static IResult Manifest(RegistryContent content, string repository, string reference, HttpResponse response)
    {
        if (!content.TryGetManifest(repository, reference, out var manifest))
        {
            return Error(StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", $"{repository} has no manifest {reference}");
        }

        response.Headers[DigestHeader] = manifest.Digest;
        return Results.Bytes(manifest.Content, manifest.MediaType);
    }

    private static IResult Blob(RegistryContent content, string digest, HttpResponse response)
    {
        if (!content.TryGetBlob(digest, out var blob))
        {
            return Error(StatusCodes.Status404NotFound, "BLOB_UNKNOWN", $"there is no blob {digest}");
        }

        response.Headers[DigestHeader] = digest;
        return Results.Bytes(blob, "application/octet-stream", enableRangeProcessing: true);
    }

    private static IResult TagList(RegistryContent content, string repository) => content.HasRepository(repository)
        ? Results.Json(new { name = repository, tags = content.Tags(repository) })
        : Error(StatusCodes.Status404NotFound, "NAME_UNKNOWN", $"there is no repository {repository}");

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { errors = new[] { new { code, message } } }, statusCode: status);

    private static (string Before, string Last) SplitLast(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }
}

using System.Text.Json.Nodes;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>Writes an image layout directory.</summary>
internal static class TestLayout
{
    public static void Write(string directory, TestImages images, params OciDescriptor[] entries)
    {
        Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(directory, "index.json"), new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray([.. entries.Select(TestImages.ToJson)]),
        }.ToJsonString());
        foreach (var (digest, content) in images.Blobs)
        {
            File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", Digest.Parse(digest).Hex), content);
        }
    }

    public static OciDescriptor Named(this OciDescriptor descriptor, string name, string annotation = "org.opencontainers.image.ref.name") =>
        descriptor with { Annotations = descriptor.Annotations.SetItem(annotation, name) };
}

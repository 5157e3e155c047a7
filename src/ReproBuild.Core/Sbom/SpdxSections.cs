namespace ReproBuild.Core.Sbom;

/// <summary>The names that both the reading and the writing of SPDX documents need (SPDX 2.3, JSON schema).</summary>
internal static class SpdxSections
{
    public const string DocumentId = "SPDXRef-DOCUMENT";
    public const string Id = "SPDXID";
    public const string Packages = "packages";
    public const string Files = "files";
    public const string Snippets = "snippets";
    public const string Relationships = "relationships";
    public const string Described = "documentDescribes";
    public const string Describes = "DESCRIBES";
    public const string PackageFileName = "packageFileName";
    public const string Element = "spdxElementId";
    public const string Relation = "relationshipType";
    public const string RelatedElement = "relatedSpdxElement";

    /// <summary>What is taken over from each document; all of it is a list of objects.</summary>
    public static readonly string[] Merged =
        ["annotations", "externalDocumentRefs", Files, "hasExtractedLicensingInfos", Packages, Relationships, Snippets];
}

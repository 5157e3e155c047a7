namespace ReproBuild.Registry.Content;

/// <summary>A provider whose blobs are files of this host already, so that the cache need not copy them.</summary>
internal interface ILocalContentProvider : IContentProvider
{
    /// <summary>Where the blob is, if the provider has it. Its bytes are not verified.</summary>
    string GetBlobPath(Digest digest);
}

namespace ReproBuild.Core.FileSystem;

/// <summary>Writes to a scratch file; failures there, and only those, become errors that say what to do about its directory.</summary>
/// <param name="file">The file.</param>
/// <param name="path">What the errors name.</param>
internal sealed class ScratchStream(FileStream file, string path) : ForwardWriteStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }

    public override void Flush()
    {
        try
        {
            file.Flush();
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }
}

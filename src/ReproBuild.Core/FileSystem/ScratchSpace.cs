using System.Collections.Concurrent;

namespace ReproBuild.Core.FileSystem;

/// <summary>Temporary files for content that must be written once before it can be measured, such as a compressed initrd.</summary>
/// <remarks>
/// Safe for concurrent use. Every file is gone when the space is disposed or the process ends, however it ends; its name reaches no output.
/// </remarks>
public sealed class ScratchSpace : IDisposable
{
    private const int WriteBufferSize = 128 * 1024;

    private readonly string _directory;
    private readonly ConcurrentBag<FileStream> _owned = [];

    /// <summary>The contents that are written or being written, by key.</summary>
    private readonly ConcurrentDictionary<object, SharedContent> _shared = new();

    /// <summary>Creates a space. Nothing is touched until something is written.</summary>
    /// <param name="directory">Where the files go, or null for the host's directory for temporary files.</param>
    public ScratchSpace(string? directory = null)
    {
        // The path only names scratch space: content is read back through the open handle, and the name reaches no output.
#pragma warning disable RS0030
        _directory = Path.GetFullPath(directory ?? Path.GetTempPath());
#pragma warning restore RS0030
    }

    /// <summary>Writes content that is then read as often as needed, until the space is disposed.</summary>
    /// <param name="write">Writes the content to a forward-only stream.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The directory cannot be written; the message says why.</exception>
    /// <exception cref="IOException">What <paramref name="write"/> reads cannot be read.</exception>
    public async Task<FileContent> CreateAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = Open();
        _owned.Add(file);
        var reads = CountReads();
        var stream = new ScratchStream(file, _directory);
        await using (stream.ConfigureAwait(false))
        {
            await write(stream, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        var blob = new FileBlob(file.SafeFileHandle);
        return new FileContent(reads is null ? blob : new CountedBlob(blob, reads.Count), 0, blob.Length);
    }

    /// <summary>Like <see cref="CreateAsync"/>, but only the first caller with a key writes; the others wait and get the same content.</summary>
    /// <remarks>If the writer fails or is cancelled, nothing is kept: the next caller, or one of those waiting, writes again.</remarks>
    /// <param name="key">
    /// Equal for equal content: a record of a type of the caller's own that holds everything the content depends on. Two callers cannot meet by
    /// accident then, as they could by text.
    /// </param>
    /// <param name="write">Writes the content to a forward-only stream.</param>
    /// <param name="cancellationToken">Cancels the operation for this caller only.</param>
    /// <exception cref="ReproBuildException">The directory cannot be written; the message says why.</exception>
    /// <exception cref="OperationCanceledException">This caller's token was cancelled.</exception>
    public Task<FileContent> GetOrCreateAsync(object key, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(write);
        return GetOrAddAsync(key, token => CreateAsync(write, token), cancellationToken);
    }

    /// <summary>Like <see cref="GetOrCreateAsync"/>, for content that need not lie in a file.</summary>
    internal async Task<FileContent> GetOrAddAsync(object key, Func<CancellationToken, Task<FileContent>> create, CancellationToken cancellationToken)
    {
        var own = new SharedContent();
        while (_shared.GetOrAdd(key, own) is var other && other != own)
        {
            other.Reads.Join(ContentReads.Counter);
            if (await other.Written.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } content)
            {
                return content;
            }
        }

        FileContent? result = null;
        try
        {
            own.Reads.Join(ContentReads.Counter);
            ContentReads.Counter = own.Reads;
            return result = await create(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (result is null)
            {
                _shared.TryRemove(key, out _);
            }

            own.Written.SetResult(result);
        }
    }

    /// <summary>Deletes the files; their content can no longer be read.</summary>
    public void Dispose()
    {
        while (_owned.TryTake(out var file))
        {
            HostFile.Close(file);
        }
    }

    /// <summary>Counts what is read from here on, for the one who counts it already and for what is made of it.</summary>
    private static SharedReads? CountReads()
    {
        if (ContentReads.Counter is not { } counter)
        {
            return null;
        }

        var reads = new SharedReads();
        reads.Join(counter);
        ContentReads.Counter = reads;
        return reads;
    }

    private FileStream Open()
    {
        try
        {
            return UnixFile.TryCreateUnnamed(_directory) is { } unnamed
                ? new FileStream(unnamed, FileAccess.ReadWrite, WriteBufferSize)
                : OpenNamed(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(_directory, e);
        }
    }

    /// <summary>For Windows, and for file systems that make no files without a name.</summary>
    internal static FileStream OpenNamed(string directory)
    {
        var options = new FileStreamOptions
        {
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
            BufferSize = WriteBufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = HostFile.CreateNumbered(directory, "reprobuild-", ".scratch", options);
        if (!OperatingSystem.IsWindows())
        {
            // The open file keeps its content without a name. A process that is killed in between leaves an empty file.
            File.Delete(file.Name);
        }

        return file;
    }

    /// <summary>A content that is made once for all who ask for it.</summary>
    private sealed class SharedContent
    {
        /// <summary>The content; null if its maker did not finish.</summary>
        public TaskCompletionSource<FileContent?> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SharedReads Reads { get; } = new();
    }
}

namespace ReproBuild.Registry.Cache;

/// <summary>A file under a temporary name: it gets its place in the cache when it is complete, or is gone.</summary>
internal sealed class TemporaryFile(string path, FileStream file) : IDisposable
{
    private bool _published;

    /// <summary>Where to write. Its failures are errors of the cache, not of what feeds it.</summary>
    public Stream Stream { get; } = new CacheFileStream(file);

    /// <summary>Moves the complete file to its place at once, so that no other process ever sees a part of it.</summary>
    /// <param name="destination">Its place.</param>
    /// <param name="replace">
    /// Whether a file that is there is replaced. If not, it wins: it has the same content, since its name is its digest.
    /// </param>
    /// <exception cref="CacheException">The file cannot be written or moved.</exception>
    public void Publish(string destination, bool replace)
    {
        Stream.Dispose();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
            File.Move(path, destination, replace);
            _published = true;
        }
        catch (IOException) when (!replace && File.Exists(destination))
        {
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(destination, e);
        }
    }

    public void Dispose()
    {
        if (_published)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (CacheException)
        {
            // The file is given up; what could not be written of it does not matter.
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // The next user of the temporary directory deletes it.
        }
    }

    private sealed class CacheFileStream(FileStream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => Seek(value, SeekOrigin.Begin);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                inner.Write(buffer);
            }
            catch (IOException e)
            {
                throw CacheError.Describe(inner.Name, e);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw CacheError.Describe(inner.Name, e);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // Each of the following writes what is buffered.
        public override void Flush() => Guard(inner.Flush);

        public override long Seek(long offset, SeekOrigin origin)
        {
            long position = 0;
            Guard(() => position = inner.Seek(offset, origin));
            return position;
        }

        public override void SetLength(long value) => Guard(() => inner.SetLength(value));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is being written.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Guard(inner.Dispose);
            }

            base.Dispose(disposing);
        }

        private void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (IOException e)
            {
                throw CacheError.Describe(inner.Name, e);
            }
        }
    }
}

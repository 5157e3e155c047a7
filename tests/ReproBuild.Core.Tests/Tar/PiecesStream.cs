namespace ReproBuild.Core.Tests.Tar;

/// <summary>Gives its bytes in pieces whose lengths chance decides, and cannot seek.</summary>
internal sealed class PiecesStream(byte[] bytes, Random chance) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Limit(buffer.Length)], cancellationToken);

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Limit(buffer.Length)]);

    private int Limit(int count) => count == 0 ? 0 : 1 + chance.Next(chance.Next(2) == 0 ? count : Math.Min(count, 600));
}

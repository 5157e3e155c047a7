using System.Globalization;
using System.IO.Compression;
using System.Text;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Tests.Faults;

/// <summary>A right answer.</summary>
internal sealed record FaultAnswer(int Status, byte[] Body, string MediaType)
{
    public string[] Headers { get; init; } = [];

    public bool IsHead { get; init; }

    public string Path { get; init; } = "";

    /// <summary>What is announced; null announces nothing, and the connection's end is the body's.</summary>
    public long? Length { get; init; } = Body.Length;

    public static FaultAnswer Of(int status, params string[] headers) =>
        new(status, """{"errors":[{"code":"UNKNOWN"}]}"""u8.ToArray(), "application/json") { Headers = headers };

    /// <summary>The whole answer as it is on the wire.</summary>
    public byte[] ToBytes()
    {
        var length = Length is { } known ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {known}\r\n") : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {Status} X\r\nContent-Type: {MediaType}\r\n{length}Connection: close\r\n{string.Concat(Headers.Select(h => h + "\r\n"))}\r\n");
        return [.. Encoding.Latin1.GetBytes(head), .. IsHead ? [] : Body];
    }
}

/// <summary>How the connection ends.</summary>
internal enum AnswerEnd
{
    Close,
    Reset,
    Stall,
    Never,
}

/// <summary>An answer as it is sent.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="StopAt">After how many bytes the end comes; null for all.</param>
/// <param name="End">What then happens.</param>
/// <param name="Pace">How long is waited after each byte, or null.</param>
internal sealed record PlannedAnswer(byte[] Bytes, int? StopAt = null, AnswerEnd End = AnswerEnd.Close, TimeSpan? Pace = null);

/// <summary>What a fault makes of a right answer.</summary>
internal static class FaultPlan
{
    private static readonly byte[] GzipBomb = Gzip(new byte[20_000_000]);

    // A frame of zstd (RFC 8878, section 3.1.1): no content size, a window of 2 GiB, then 200 blocks of 128 KiB of one repeated byte each.
    private static readonly byte[] ZstdBomb =
        [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, .. Enumerable.Repeat<byte[]>([0x02, 0x00, 0x10, 0x41], 200).SelectMany(static block => block)];

    private static readonly byte[] Deep = Encoding.ASCII.GetBytes(new string('[', 100_000));

    public static PlannedAnswer Of(FaultAnswer answer, Fault fault, string self, string other)
    {
        var whole = answer.ToBytes();
        var at = (int)((long)whole.Length * fault.At / 1000);
        return fault.Kind switch
        {
            FaultKind.Reset => new PlannedAnswer(whole, at, AnswerEnd.Reset),
            FaultKind.Stall => new PlannedAnswer(whole, at, AnswerEnd.Stall),
            FaultKind.Truncated => new PlannedAnswer(whole, at),
            FaultKind.Trickle => new PlannedAnswer(whole, End: AnswerEnd.Stall, Pace: TimeSpan.FromMilliseconds(20)),
            FaultKind.Endless => new PlannedAnswer(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 X\r\nContent-Type: {answer.MediaType}\r\nTransfer-Encoding: chunked\r\n\r\n"), End: AnswerEnd.Never),
            FaultKind.NoHttp => new PlannedAnswer(Encoding.Latin1.GetBytes("\u001b[2J" + new string('x', fault.At) + "\r\n\r\n")),
            _ => new PlannedAnswer(Change(answer, fault, self, other).ToBytes()),
        };
    }

    private static FaultAnswer Change(FaultAnswer answer, Fault fault, string self, string other) => fault.Kind switch
    {
        FaultKind.Surplus => answer with { Body = [.. answer.Body, .. new byte[1 + fault.At]], Length = fault.At % 2 == 0 ? answer.Body.Length : null },
        FaultKind.WrongLength => answer with { Length = Math.Max(0, answer.Body.Length + fault.At - 500) },
        FaultKind.WrongByte => answer with { Body = Flip(answer.Body, fault.At) },
        FaultKind.WrongDigestHeader => answer with { Headers = [$"Docker-Content-Digest: {Digest.OfSha256([(byte)fault.At])}"] },
        FaultKind.Status => FaultAnswer.Of(fault.Number, RetryAfter(fault.At)),
        FaultKind.Unauthorized => FaultAnswer.Of(401, $"WWW-Authenticate: Bearer realm=\"http://{self}/token\",service=\"s\""),
        FaultKind.RedirectLoop => FaultAnswer.Of(307, $"Location: {answer.Path}"),
        FaultKind.RedirectElsewhere => FaultAnswer.Of(307, $"Location: http://{other}{answer.Path}"),
        FaultKind.RedirectNonsense => FaultAnswer.Of(302, $"Location: {(fault.At % 2 == 0 ? "ftp://x/" : "http://user:pw@[::x/")}"),
        FaultKind.Encoded => Encode(answer, "gzip", Gzip(answer.Body)),
        FaultKind.GzipBomb => Encode(answer, "gzip", GzipBomb),
        FaultKind.ZstdBomb => Encode(answer, "zstd", ZstdBomb),
        FaultKind.BrokenEncoding => Encode(answer, "gzip", Flip(Gzip(answer.Body), fault.At)),
        FaultKind.Deep => answer with { Body = Deep, Length = Deep.Length },
        FaultKind.Nested => WithIndexOfItself(answer),
        FaultKind.HugeHeader => answer with { Headers = [.. answer.Headers, "X-Huge: " + new string('x', 100_000)] },
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private static string RetryAfter(int at) => "Retry-After: " + (at % 4) switch
    {
        0 => "0",
        1 => "1",
        2 => "86400",
        _ => "soon",
    };

    private static FaultAnswer Encode(FaultAnswer answer, string coding, byte[] body) =>
        answer with { Body = body, Length = body.Length, Headers = [.. answer.Headers, "Content-Encoding: " + coding] };

    /// <summary>An index that names many indexes, all of them missing or something else.</summary>
    private static FaultAnswer WithIndexOfItself(FaultAnswer answer)
    {
        var entry = $$"""{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Digest.OfSha256(answer.Body)}}","size":{{answer.Body.Length}}}""";
        var json = Encoding.ASCII.GetBytes($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Repeat(entry, 1000))}}]}""");
        return answer with { Body = json, Length = json.Length, MediaType = MediaTypes.OciIndex };
    }

    private static byte[] Flip(byte[] body, int at)
    {
        byte[] changed = [.. body];
        if (changed.Length > 0)
        {
            changed[(int)((long)(changed.Length - 1) * at / 1000)] ^= 0x10;
        }

        return changed;
    }

    private static byte[] Gzip(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}

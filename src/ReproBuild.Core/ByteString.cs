using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ReproBuild;

/// <summary>An immutable sequence of bytes: a file name, a path, a link target or the value of an extended attribute.</summary>
/// <remarks>
/// Linux names are bytes, not text. A <see cref="ByteString"/> keeps what is not UTF-8 unchanged and orders by unsigned byte value.
/// </remarks>
public readonly struct ByteString : IEquatable<ByteString>, IComparable<ByteString>
{
    private readonly byte[]? _bytes;

    /// <summary>Copies the given bytes.</summary>
    public ByteString(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    private ByteString(byte[] bytes) => _bytes = bytes;

    /// <summary>The empty byte string.</summary>
    public static ByteString Empty => default;

    /// <summary>The number of bytes.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The bytes, for asynchronous use.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>The UTF-8 encoding of <paramref name="text"/>.</summary>
    /// <exception cref="EncoderFallbackException">The text contains a lone surrogate.</exception>
    public static ByteString FromUtf8(string text) => new(StrictUtf8.GetBytes(text));

    /// <summary>The UTF-8 encoding of <paramref name="text"/>.</summary>
    public static implicit operator ByteString(string text) => FromUtf8(text);

    /// <summary>The concatenation of the given parts.</summary>
    public static ByteString Concat(params ReadOnlySpan<ByteString> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var part in parts)
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return new ByteString(bytes);
    }

    /// <summary>A byte string that is written in place.</summary>
    internal static ByteString Create<T>(int length, T state, System.Buffers.SpanAction<byte, T> write)
    {
        var bytes = new byte[length];
        write(bytes, state);
        return new ByteString(bytes);
    }

    /// <summary>Decodes the bytes when they are UTF-8.</summary>
    /// <returns>False when the bytes are not valid UTF-8.</returns>
    public bool TryGetUtf8([NotNullWhen(true)] out string? text)
    {
        try
        {
            text = StrictUtf8.GetString(Span);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(ByteString other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ByteString other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The value is randomized per process; it only ever selects hash buckets, whose order no output follows.
#pragma warning disable RS0030
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
#pragma warning restore RS0030
    }

    /// <summary>Compares by unsigned byte value; a prefix comes first.</summary>
    public int CompareTo(ByteString other) => Span.SequenceCompareTo(other.Span);

    /// <summary>The bytes as text for messages: UTF-8 where valid, every other byte and control character as <c>\xNN</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Length);
        var rest = Span;
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var used);
            if (status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var value in rest[..used])
                {
                    text.Append("\\x").Append(value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            rest = rest[used..];
        }

        return text.ToString();
    }

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(ByteString left, ByteString right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(ByteString left, ByteString right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> orders first.</summary>
    public static bool operator <(ByteString left, ByteString right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> orders first or is equal.</summary>
    public static bool operator <=(ByteString left, ByteString right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> orders last.</summary>
    public static bool operator >(ByteString left, ByteString right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> orders last or is equal.</summary>
    public static bool operator >=(ByteString left, ByteString right) => left.CompareTo(right) >= 0;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}

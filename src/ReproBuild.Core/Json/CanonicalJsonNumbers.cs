namespace ReproBuild.Core.Json;

/// <summary>How <see cref="CanonicalJsonWriter"/> writes numbers.</summary>
public enum CanonicalJsonNumbers
{
    /// <summary>Every number as the IEEE 754 double nearest to it (RFC 8785, section 3.2.2.3): 2^64-1 becomes 18446744073709552000.</summary>
    Rfc8785,

    /// <summary>
    /// Integers exactly, in decimal and without an exponent, whatever their size; every other number as RFC 8785 has it.
    /// Needed where 64-bit integers carry meaning, as the limits of the OCI runtime specification do.
    /// </summary>
    ExactIntegers,
}

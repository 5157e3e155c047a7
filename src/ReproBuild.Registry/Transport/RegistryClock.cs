namespace ReproBuild.Registry.Transport;

/// <summary>The one place where the network half reads the clock.</summary>
internal static class RegistryClock
{
    // It decides only when a token is renewed and how long a retry waits. Manifests and blobs are verified by digest or kept as they
    // arrive, and no type outside Transport and Authentication gets this provider, so its value cannot reach an output.
#pragma warning disable RS0030
    public static TimeProvider Default => TimeProvider.System;
#pragma warning restore RS0030
}

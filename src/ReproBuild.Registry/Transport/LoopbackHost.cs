using System.Net;

namespace ReproBuild.Registry.Transport;

/// <summary>Which hosts are this machine: they speak plain HTTP, as Docker has it.</summary>
internal static class LoopbackHost
{
    /// <summary>Whether <c>host[:port]</c> is <c>localhost</c> or an address in 127.0.0.0/8 or ::1.</summary>
    public static bool IsLoopback(string authority)
    {
        var host = authority.StartsWith('[') ? authority[1..].Split(']')[0] : authority.Split(':')[0];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}

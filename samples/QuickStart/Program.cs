// The first argument is where the results stay; without one they are compared and removed.
using EmbeddedRegistry;
using QuickStart;
using ReproBuild;

var keep = args.FirstOrDefault();
var directory = keep ?? Directory.CreateTempSubdirectory("reprobuild-quickstart-").FullName;
try
{
    await using var registry = await RegistryServer.StartAsync();
    await DemoImages.AddToAsync(registry.Content);
    var config = await LinuxKitConfig.LoadAsync([Path.Combine(AppContext.BaseDirectory, "quickstart.yml")]);
    var build = new DemoBuild(config, registry.Address);

    Console.WriteLine($"An embedded registry serves the images at {registry.Address}");
    Console.WriteLine("Building every format with an empty cache …");
    var first = await build.RunAsync(Path.Combine(directory, "first"), Path.Combine(directory, "cache"), parallelism: 1);
    Console.WriteLine("Building every format again, elsewhere, with the warm cache and more threads …");
    var second = await build.RunAsync(Path.Combine(directory, "second"), Path.Combine(directory, "cache"), parallelism: 4);
    return Comparison.Print(first, second) ? 0 : 1;
}
catch (ReproBuildException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
finally
{
    if (keep is null)
    {
        Directory.Delete(directory, recursive: true);
    }
}

using System.Text;
using ReproBuild.Core.Building.Context;
using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Takes the kernel, its command line, its microcode and its modules from the kernel image; everything else in it is dropped.</summary>
internal static class KernelStage
{
    private const string DefaultBinary = "kernel";
    private const string DefaultTar = "kernel.tar";
    private const string NoTar = "none";
    private const string TarSetting = "kernel.tar";
    private const int ListedFiles = 20;

    public static async Task RunAsync(BuildContext build, RootBuilder root, CancellationToken cancellationToken)
    {
        if (build.Config.Kernel is not { Image: { } reference } config)
        {
            return;
        }

        var image = build.Images.Tree(reference, cancellationToken);
        var origin = new FileOrigin(reference.ToString(), "kernel");
        var inode = Require(image, config, config.Binary.Length == 0 ? DefaultBinary : config.Binary, "kernel.binary");
        var kernel = build.Options.DecompressKernel
            ? await DecompressAsync(inode.Content, build, config, cancellationToken).ConfigureAwait(false)
            : inode.Content;
        root.PutDirectories(origin, BootDirectory.Path);
        root.Put(BootDirectory.CommandLine, root.Inodes.TextFile(config.CommandLine), origin);
        root.Put(BootDirectory.Kernel, root.Inodes.File(kernel, inode.Mode), origin);
        PutMicrocode(build, root, image, config, origin);

        await PutModulesAsync(build, root, image, config, origin, cancellationToken).ConfigureAwait(false);
        root.Unpacked.Add(new UnpackedImage(reference, BootDirectory.Path));
    }

    /// <summary>As with LinuxKit, it may be absent: one configuration serves several architectures, and only x86 has microcode.</summary>
    private static void PutMicrocode(BuildContext build, RootBuilder root, FileTree image, KernelConfig config, FileOrigin origin)
    {
        if (string.IsNullOrEmpty(config.Microcode))
        {
            return;
        }

        if (Find(image, config.Microcode) is { } microcode)
        {
            root.Put(BootDirectory.Microcode, root.Inodes.File(microcode.Content), origin);
        }
        else
        {
            BuildLog.NoMicrocode(build.Logger, config.Image!.ToString(), config.Microcode);
        }
    }

    private static async Task PutModulesAsync(
        BuildContext build, RootBuilder root, FileTree image, KernelConfig config, FileOrigin origin, CancellationToken cancellationToken)
    {
        var name = config.Tar ?? DefaultTar;
        if (name is "" or NoTar)
        {
            return;
        }

        var content = Require(image, config, name, TarSetting).Content;
        try
        {
            var tree = await ReadTarAsync(content, build.Options.Limits, cancellationToken).ConfigureAwait(false);
            root.PutTree(ByteString.Empty, tree, origin, new HashSet<FileTreeEntry>(), cancellationToken);
        }
        catch (IntegrityException e)
        {
            throw new RootFileSystemException(
                $"{Where(config)}'{name.Shown()}' ({TarSetting}) of the kernel image {origin.Source} cannot be unpacked: {e.Message}", e);
        }
    }

    /// <summary>The tar's files are already in the image's layer: they are referred to, not copied.</summary>
    private static async Task<FileTree> ReadTarAsync(FileContent tar, InputLimits limits, CancellationToken cancellationToken)
    {
        var stream = tar.OpenRead();
        await using (stream.ConfigureAwait(false))
        {
            var index = await LayerIndex.FromTarAsync(stream, limits, cancellationToken).ConfigureAwait(false);
            return LayerApplier.Apply([new Layer(Digest.OfSha256(default), Blob.FromContent(tar), index)], limits, cancellationToken);
        }
    }

    private static async Task<FileContent> DecompressAsync(
        FileContent kernel, BuildContext build, KernelConfig config, CancellationToken cancellationToken)
    {
        try
        {
            return await build.Scratch.CreateAsync(
                (target, token) => KernelDecompressor.DecompressAsync(kernel, target, build.Options.Limits, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            throw new RootFileSystemException($"{Where(config)}the kernel of {config.Image} cannot be decompressed: {e.Message}", e);
        }
    }

    private static Inode Require(FileTree image, KernelConfig config, string name, string setting)
    {
        if (Find(image, name) is { } inode)
        {
            return inode;
        }

        var files = image.Root.Children.Where(static c => c.Inode.Type == FileType.RegularFile)
            .Select(static c => c.Name.ToString()).Take(ListedFiles).ToList();
        var holds = files.Count == 0 ? "no files" : string.Join(", ", files);
        throw new RootFileSystemException(
            $"{Where(config)}the kernel image {config.Image} has no file '{name.Shown()}' ({setting}); its root has {holds}. " +
            $"Set {setting} to one of its files{(setting == TarSetting ? $", or to {NoTar} when the kernel has no modules" : "")}.");
    }

    private static Inode? Find(FileTree image, string name) =>
        image.Find(name.TrimStart('/'))?.Inode is { Type: FileType.RegularFile } inode ? inode : null;

    private static string Where(KernelConfig config) => config.Location is null ? "" : $"{config.Location}: ";
}

using ReproBuild.Cli;

return await CommandLine.RunAsync(args);

using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>The library as others get it: what the package holds, and the example of its README.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_package_holds_the_library_its_documentation_and_one_dependency()
    {
        var folder = Repository.NewFolder();
        Dotnet(folder, "pack", Repository.PathOf("src", "LiveCam.Onnx"), "-c", "Release", "--no-build", "-v", "q", "-o", folder);
        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
        // Every package of this format has these besides.
        var files = package.Entries.Select(entry => entry.FullName)
            .Where(name => name.Split('/')[0] is not ("_rels" or "package" or "[Content_Types].xml"));
        Assert.Equal(["LiveCam.Onnx.nuspec", "README.md", "lib/net10.0/LiveCam.Onnx.dll", "lib/net10.0/LiveCam.Onnx.xml"],
            files.Order(StringComparer.Ordinal));
        using var nuspec = package.GetEntry("LiveCam.Onnx.nuspec")!.Open();
        var dependencies = XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency");
        Assert.Equal(["Google.Protobuf"], dependencies.Select(dependency => (string)dependency.Attribute("id")!));
    }

    /// <summary>The README's lines as a program of their own, which references the built library and runs beside a small
    /// network of that name.</summary>
    [Fact]
    public void The_example_of_the_readme_runs_as_it_stands_there()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "LiveCam.Onnx", "README.md"));
        var network = new Network(13, 1, 3, 16, 16);
        var features = network.Graph.Name(network.Relu(network.Conv(network.Image, 8, 3, 2)), "features");
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "resnet50.onnx"), network.Finish(network.PooledHead(features, 5)));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), readme.Split("```csharp\n")[1].Split("```")[0]);
        File.WriteAllText(Path.Combine(folder, "Example.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(OnnxModel).Assembly.Location}" />
                <Reference Include="{typeof(Google.Protobuf.ByteString).Assembly.Location}" />
              </ItemGroup>
            </Project>
            """);
        string[] says = ["feed image, and target: class indices, or -1 for the top class", "read activations [1,8,8,8], gradients, input_gradients",
            "Grad-CAM++ is exact"];
        Assert.Equal(says, Dotnet(folder, "run", "-v", "q").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var run = new OrtModel(File.ReadAllBytes(Path.Combine(folder, "resnet50.explainable.onnx")));
        Assert.Equal(["activations", "gradients", "input_gradients", "logits"], run.Outputs.Order(StringComparer.Ordinal));
    }

    private static string Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }
}

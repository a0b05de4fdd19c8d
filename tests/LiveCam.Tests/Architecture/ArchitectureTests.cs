using System.Xml.Linq;
using LiveCam.Testing;

namespace LiveCam.Tests.Architecture;

/// <summary>The house as docs/architecture.md draws it, read from the project files and sources.</summary>
public class ArchitectureTests
{
    /// <summary>Project → the projects and packages it may reference, packages by OS or flavour included.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["LiveCam.Core"] = ([], []),
        ["LiveCam.Onnx"] = ([], ["Google.Protobuf", "Grpc.Tools"]),
        ["LiveCam.Explain"] = (["LiveCam.Core", "LiveCam.Onnx"],
            ["Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu", "System.Numerics.Tensors"]),
        ["LiveCam.Video"] = (["LiveCam.Core"],
            ["OpenCvSharp4", "OpenCvSharp4.official.runtime.linux-x64", "OpenCvSharp4.runtime.win", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies",
                "System.IO.Hashing", "System.Numerics.Tensors"]),
        ["LiveCam.Rendering"] = (["LiveCam.Core"], ["Silk.NET.Core", "Silk.NET.OpenGL", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies"]),
        ["LiveCam"] = (["LiveCam.Core", "LiveCam.Explain", "LiveCam.Rendering", "LiveCam.Video"], ["ScottPlot", "Spectre.Console", "System.CommandLine"]),
    };

    private static readonly string[] RefusedNames = ["Manager", "Helper", "Helpers", "Utils", "Util", "Service", "Processor", "Engine", "Common"];

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_plan_allows_and_nothing_else(string project)
    {
        var file = XDocument.Load(Repository.PathOf("src", project, $"{project}.csproj"));
        var projects = References(file, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Equal(Allowed[project].Projects, projects.Order(StringComparer.Ordinal));
        Assert.Equal(Allowed[project].Packages, References(file, "PackageReference").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_of_src_is_in_the_plan() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal),
            Directory.GetDirectories(Repository.PathOf("src")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    [Fact]
    public void No_type_has_a_name_that_says_nothing()
    {
        var vague = Sources().Select(Path.GetFileNameWithoutExtension).Where(name => RefusedNames.Any(refused => name!.EndsWith(refused, StringComparison.Ordinal)));
        Assert.Empty(vague);
    }

    [Fact]
    public void No_source_file_outgrows_a_reader()
    {
        var overlong = Sources().Select(path => (Path.GetFileName(path), Lines: File.ReadLines(path).Count())).Where(file => file.Lines > 400);
        Assert.Empty(overlong);
    }

    private static IEnumerable<string> References(XDocument file, string kind) =>
        file.Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));
}

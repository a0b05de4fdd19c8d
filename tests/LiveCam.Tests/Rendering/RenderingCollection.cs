namespace LiveCam.Tests.Rendering;

/// <summary>Rendering tests run one after the other: a software rasteriser uses all cores as it is.</summary>
[CollectionDefinition(Name)]
public sealed class RenderingCollection
{
    public const string Name = "Rendering";
}

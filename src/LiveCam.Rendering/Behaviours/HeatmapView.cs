namespace LiveCam.Rendering;

/// <summary>How the map is shown; the names, in lower case, are the values of the parameter heatmap.view.</summary>
public enum HeatmapView
{
    /// <summary>Colours over the picture, the more opaque the hotter.</summary>
    Overlay,
    /// <summary>Lines of equal heat.</summary>
    Contours,
    /// <summary>The picture multiplied by the map: the explanation map E = L∘I of the Grad-CAM++ paper (section 4.1).</summary>
    Spotlight,
    /// <summary>All explained classes, each in its hue.</summary>
    Hues,
    /// <summary>The plain picture left, the overlay right, beside each other.</summary>
    Side,
    /// <summary>One picture, plain left of the divider and with the overlay right of it.</summary>
    Wipe,
    /// <summary>The plain picture.</summary>
    Picture,
    /// <summary>The map alone.</summary>
    Map,
}

namespace LiveCam.Rendering;

/// <summary>What a part of the window shows; the names, in lower case, are those of scene files.</summary>
public enum PaneContent
{
    /// <summary>The plain picture.</summary>
    Picture,
    /// <summary>The picture under the explained map.</summary>
    Heat,
    /// <summary>The picture under another method's map; several are counted.</summary>
    Rival,
    /// <summary>What the pixels count.</summary>
    Pixels,
    /// <summary>The picture under the map of a perturbation.</summary>
    Referee,
    /// <summary>The picture under the map of the network with random weights.</summary>
    Randomised,
    /// <summary>The target layer's activations, a tile a unit.</summary>
    Wall,
    /// <summary>The pinned unit: what made it fire.</summary>
    Unit,
    /// <summary>The pictures that made the pinned unit fire most.</summary>
    Fame,
    /// <summary>The first layer's weights.</summary>
    Filters,
    /// <summary>A picture made for a class or a unit.</summary>
    Synthesis,
    /// <summary>The method's formula with its numbers.</summary>
    Formula,
}

/// <summary>A part of the target being drawn.</summary>
/// <param name="Content">What it shows.</param>
/// <param name="Nth">Which of several of the same kind, from 0.</param>
/// <param name="Cell">All of its pixels.</param>
/// <param name="Place">Where the picture stands in it, its aspect ratio kept; the cell itself where it is not a picture.</param>
public readonly record struct Pane(PaneContent Content, int Nth, PixelRectangle Cell, PixelRectangle Place)
{
    /// <summary>Whether the camera's picture stands in it, under whatever is laid over it.</summary>
    public bool HasPicture => IsPicture(Content);

    internal static bool IsPicture(PaneContent content) => content is PaneContent.Picture or PaneContent.Heat or PaneContent.Rival or PaneContent.Pixels
        or PaneContent.Referee or PaneContent.Randomised or PaneContent.Unit;
}

/// <summary>What is written on a pane; set by the behaviour that shows it, every frame.</summary>
/// <param name="Content">Of the pane.</param>
/// <param name="Nth">Of the pane.</param>
/// <param name="Text">What it is: "LayerCAM".</param>
/// <param name="Note">What came out of it, under the text; empty when there is nothing.</param>
/// <param name="Left">Where the text starts, as a share of the pane's width.</param>
/// <param name="Bottom">Where it ends, as a share of the pane's height.</param>
/// <param name="Progress">0..1, a bar below 1.</param>
public readonly record struct PaneLabel(PaneContent Content, int Nth, string Text, string Note = "", float Left = 0, float Bottom = 1, float Progress = 1);

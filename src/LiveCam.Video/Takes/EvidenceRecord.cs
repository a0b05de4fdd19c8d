using LiveCam.Core;

namespace LiveCam.Video.Takes;

/// <summary>A picture of the video.</summary>
/// <param name="Index">The first picture of the video that it is, from 0.</param>
/// <param name="Sequence">Of the frame in its source.</param>
/// <param name="Time">The source's time of the frame.</param>
/// <param name="Times">Pictures of the video that it is: a slow camera's are repeated.</param>
public readonly record struct RecordedPicture(long Index, long Sequence, TimeSpan Time, int Times);

/// <summary>The map of one class.</summary>
/// <param name="Class">Whose evidence it shows; as an index, its label is in the header.</param>
/// <param name="Against">The class it is contrasted with, or -1.</param>
/// <param name="Logit">Of the class.</param>
/// <param name="Probability">Of the class.</param>
/// <param name="AgainstLogit">Of the class it is contrasted with; 0 without one.</param>
/// <param name="AgainstProbability">Likewise.</param>
/// <param name="State">What the map is.</param>
/// <param name="Maximum">Its largest element, which 8-bit values are shares of.</param>
/// <param name="Values">[Height, Width], row by row, after relu, unscaled; empty where there is no evidence.</param>
public sealed record RecordedMap(
    int Class, int Against, float Logit, float Probability, float AgainstLogit, float AgainstProbability, MapState State, float Maximum, float[] Values);

/// <summary>What was found in one frame.</summary>
/// <param name="Sequence">Of the frame in its source.</param>
/// <param name="Time">The source's time of the frame.</param>
/// <param name="Context">Number of the context it was found in, counted from 0.</param>
/// <param name="Region">The part of the picture that the maps cover.</param>
/// <param name="Width">Cells a row of every map.</param>
/// <param name="Height">Rows.</param>
/// <param name="Top">The best classes, best first: index, logit, probability.</param>
/// <param name="Targets">How many classes were explained.</param>
/// <param name="Maps">First those of the classes that were explained, then those of the best classes that were not.</param>
public sealed record RecordedEvidence(
    long Sequence, TimeSpan Time, int Context, PictureRegion Region, int Width, int Height, IReadOnlyList<(int Class, float Logit, float Probability)> Top, int Targets,
    IReadOnlyList<RecordedMap> Maps);

/// <summary>Evidence of a frame as it will be written.</summary>
/// <param name="Sequence">Of the frame in its source.</param>
/// <param name="Time">The source's time of the frame.</param>
/// <param name="Context">How it was made.</param>
/// <param name="Payload">Bytes of the record, but for the number of the context.</param>
public sealed record PackedEvidence(long Sequence, TimeSpan Time, EvidenceContext Context, byte[] Payload);

/// <summary>A moment worth looking at.</summary>
/// <param name="Sequence">Of the frame in its source.</param>
/// <param name="Time">The source's time of the frame, seconds.</param>
/// <param name="Kind">"flip", "margin", "jump", "user".</param>
/// <param name="Text">For people: "dog → cat".</param>
public sealed record Mark(long Sequence, double Time, string Kind, string Text);

/// <summary>How evidence was made, from one change to the next.</summary>
/// <param name="Method">Name of the CAM method, as <c>--method</c> takes it.</param>
/// <param name="MethodTitle">As people call it.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Classes">Class expression.</param>
/// <param name="Exactness">Whether the method's formula holds for the network.</param>
public sealed record EvidenceContext(string Method, string MethodTitle, string Layer, string Classes, Exactness Exactness);

/// <summary>What was recorded, and with what.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="ModelPath">Where it was.</param>
/// <param name="ModelSha256">Of its file.</param>
/// <param name="Labels">Of its classes.</param>
/// <param name="Source">Where the pictures came from.</param>
/// <param name="Video">File name of the video beside the evidence.</param>
/// <param name="Rate">Pictures a second of the video.</param>
/// <param name="Width">Of the pictures.</param>
/// <param name="Height">Of the pictures.</param>
/// <param name="Started">When, with the offset from UTC.</param>
/// <param name="MadeWith">Program or library → version.</param>
public sealed record TakeHeader(
    string Model, string ModelPath, string ModelSha256, IReadOnlyList<string> Labels, string Source, string Video, double Rate, int Width, int Height, DateTimeOffset Started,
    IReadOnlyDictionary<string, string> MadeWith)
{
    /// <summary>Of the format; readers refuse others.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Values of the parameters that were not as they are at the start, when the recording began.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}

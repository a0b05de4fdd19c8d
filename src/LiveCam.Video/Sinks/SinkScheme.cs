using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>One row of <see cref="SinkSchemes.All"/>: one kind of output.</summary>
/// <param name="Name">Of the row: "video".</param>
/// <param name="Usage">What the user writes: "out.mp4".</param>
/// <param name="Help">What it is, in one line.</param>
/// <param name="Recognises">Whether an output argument is of this kind; rows are asked in order.</param>
/// <param name="Open">Opens it; throws <see cref="LiveCamException"/> when nothing can be written there.</param>
public sealed record SinkScheme(string Name, string Usage, string Help, Func<string, bool> Recognises, Func<string, SinkOptions, FrameSink> Open);

using LiveCam.Core;
using LiveCam.Explain;

namespace LiveCam.Pipeline;

/// <summary>What a run writes about its explanations: <c>--data</c> and <c>--boxes</c>, either or none. Used by one thread at a time.</summary>
internal sealed class ExplanationFiles : IDisposable
{
    private readonly DataFile? _data;
    private readonly BoxFile? _boxes;

    /// <summary>Opens the files: what cannot be written is known before anything is explained.</summary>
    public ExplanationFiles(string? data, string? boxes, Network network)
    {
        _boxes = boxes is null ? null : BoxFile.Open(boxes, [.. Enumerable.Range(0, network.Classes).Select(network.LabelOf)]);
        _data = data is null ? null : new DataFile(data);
    }

    /// <summary>What was written, for people.</summary>
    public IEnumerable<string> Summary
    {
        get
        {
            if (_data is not null)
                yield return $"{_data.Records} records to {_data.Path}";
            if (_boxes is not null)
                yield return $"{_boxes.Boxes} boxes to {_boxes.Path}";
        }
    }

    public void Write(Explanation explanation)
    {
        _data?.Write(explanation);
        _boxes?.Write(explanation);
    }

    /// <summary>Brings every file to its end; after a run that ended early too.</summary>
    public void Complete() => _boxes?.Complete();

    public void Dispose() => _data?.Dispose();
}

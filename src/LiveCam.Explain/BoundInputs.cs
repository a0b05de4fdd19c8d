using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Explain;

/// <summary>
/// The inputs of a session's binding, in memory the processor writes. A session on the processor reads them where they lie; for any other device
/// ONNX Runtime copies an input while it is bound, so what is written into it later reaches a run only when it is bound once more.
/// </summary>
/// <param name="binding">Stays the caller's, as the values do.</param>
/// <param name="device">Where the session runs, as <see cref="ExecutionDevice.Configure"/> describes it.</param>
internal sealed class BoundInputs(OrtIoBinding binding, string device)
{
    private readonly bool _areCopied = !ExecutionDevice.IsProcessor(device);
    private readonly Dictionary<string, OrtValue> _values = [];

    /// <summary>Binds an input, in place of the one of that name.</summary>
    public void Bind(string name, OrtValue value)
    {
        _values[name] = value;
        binding.BindInput(name, value);
    }

    /// <summary>Before every run: gives it what the inputs hold now. Allocates only where they are copied.</summary>
    public void Give()
    {
        if (!_areCopied)
            return;
        foreach (var (name, value) in _values)
            binding.BindInput(name, value);
    }
}

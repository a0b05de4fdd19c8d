using System.Text.Json;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>
/// On which execution provider each node of a model really ran, from ONNX Runtime's own profile of one run: a provider that was
/// asked for may have left nodes, or all of them, to the CPU.
/// </summary>
public static class NodePlacement
{
    private const string KernelTime = "_kernel_time";

    /// <summary>Provider ("CPU", "CUDA") → nodes that ran there, after ONNX Runtime's own fusions. Opens a session of its own.</summary>
    public static IReadOnlyDictionary<string, int> Measure(ExplainableModel model, long[] inputShape, ExecutionDevice device)
    {
        var folder = Directory.CreateTempSubdirectory("livecam-profile-").FullName;
        try
        {
            return Count(Profile(model, inputShape, device, Path.Combine(folder, "run")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Profile(ExplainableModel model, long[] inputShape, ExecutionDevice device, string prefix)
    {
        var (options, _) = device.Configure();
        using (options)
        {
            // In this order: switching it on takes the prefix as it is then.
            options.ProfileOutputPathPrefix = prefix;
            options.EnableProfiling = true;
            using var session = new InferenceSession(model.ToBytes(), options);
            using var input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, inputShape);
            using var target = OrtValue.CreateTensorValueFromMemory<long>(new long[] { -1 }, [1]);
            input.GetTensorMutableDataAsSpan<float>().Clear();
            var inputs = new Dictionary<string, OrtValue> { [model.Input] = input };
            if (model.Target is not null)
                inputs[model.Target] = target;
            using var runOptions = new RunOptions();
            using var outputs = session.Run(runOptions, inputs, session.OutputNames);
            return session.EndProfiling();
        }
    }

    private static Dictionary<string, int> Count(string profile)
    {
        using var stream = File.OpenRead(profile);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("name").GetString()!.EndsWith(KernelTime, StringComparison.Ordinal))
            .Select(entry => entry.GetProperty("args").GetProperty("provider").GetString()!.Replace("ExecutionProvider", "", StringComparison.Ordinal))
            .GroupBy(provider => provider)
            .ToDictionary(group => group.Key, group => group.Count());
    }
}

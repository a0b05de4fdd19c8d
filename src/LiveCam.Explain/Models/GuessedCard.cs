using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Models;

/// <summary>The card of a bare .onnx file, made of what its graph tells.</summary>
internal static class GuessedCard
{
    public static ModelFile For(string path, byte[] bytes)
    {
        var guess = ModelGuess.Of(bytes, path);
        if (guess.Channels != 3)
            throw new LiveCamException("Cannot feed", path, $"it wants {guess.Channels} colour channel{(guess.Channels == 1 ? "" : "s")}, pictures have 3",
                "Choose a network for colour pictures", ExitCode.Model);
        var card = new ModelCard
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Input = guess.Input,
            Size = [guess.Width, guess.Height],
            Layout = guess.Layout == ImageLayout.ChannelsFirst ? TensorLayout.Nchw : TensorLayout.Nhwc,
            Scale = (float)guess.Scale,
            Mean = [.. guess.Mean.Select(mean => (float)mean)],
            Std = [.. guess.Std.Select(std => (float)std)],
        };
        return new ModelFile(path, card, guess.Labels, $"{path} has no model card. {guess.Sentence}");
    }
}

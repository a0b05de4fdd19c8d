using LiveCam.Onnx;

namespace LiveCam.Explain;

/// <summary>A smooth picture of coloured noise, as a network wants its numbers; for a video network as many as it takes at once, that drift.</summary>
internal static class NoisePicture
{
    private const int Waves = 12;

    /// <summary>Batch 1 in front.</summary>
    public static int[] Shape(ModelGuess guess) => guess.Frames is { } frames
        ? [1, guess.Channels, frames, guess.Height, guess.Width]
        : guess.Layout == ImageLayout.ChannelsFirst ? [1, guess.Channels, guess.Height, guess.Width]
        : [1, guess.Height, guess.Width, guess.Channels];

    public static float[] Draw(ModelGuess guess, int seed)
    {
        var random = new Random(seed);
        var (height, width, channels) = (guess.Height, guess.Width, guess.Channels);
        var waves = Enumerable.Range(0, Waves * channels).Select(_ => (X: random.NextDouble() * 40 / width, Y: random.NextDouble() * 40 / height,
            Phase: random.NextDouble() * 7, Height: random.NextDouble() * 20)).ToArray();
        var frames = guess.Frames ?? 1;
        var picture = new float[frames * height * width * channels];
        for (var t = 0; t < frames; t++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    for (var c = 0; c < channels; c++)
                    {
                        var pixel = 127.5 + random.NextDouble() * 20;
                        foreach (var wave in waves.AsSpan(c * Waves, Waves))
                            pixel += wave.Height * Math.Sin(wave.X * (x + t) + wave.Y * y + wave.Phase);
                        var at = guess.Layout == ImageLayout.ChannelsFirst ? ((c * frames + t) * height + y) * width + x : (y * width + x) * channels + c;
                        picture[at] = (float)((Math.Clamp(pixel, 0, 255) * guess.Scale - guess.Mean[c]) / guess.Std[c]);
                    }
        return picture;
    }
}

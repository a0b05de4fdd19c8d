using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Models;

namespace LiveCam.Explain.Synthesis;

/// <summary>
/// Gradient ascent on the network's input for one class (Simonyan et al. 2014, section 2), or for a unit, which is a class of <see cref="Network.UnitsOf"/>.
/// The picture is kept as the distance of each pixel to the neutral colour, in grey levels, [3,H,W] in the network's order of colours; the neutral colour is
/// the mean that the network subtracts, or mid-grey where it subtracts none. Used by one thread; a step allocates nothing.
/// </summary>
public sealed class InputAscent
{
    private const float White = 255;

    private readonly Classifier _classifier;
    private readonly ModelCard _card;
    private readonly AscentSettings _settings;
    private readonly int _class;
    private readonly int _pixels;
    private readonly float[] _picture;
    private readonly float[] _gradient;
    private readonly float[] _ranked;
    private readonly float[] _sorted;
    private readonly float[] _neutral;
    private readonly GaussianBlur? _blur;
    private Chance _chance;

    /// <param name="classifier">With the gradients of the pixels for one target; the caller's, used by this thread alone.</param>
    /// <param name="card">How the network's input is made of pixels.</param>
    /// <param name="class">Row of the logits.</param>
    /// <param name="settings">How it is ascended.</param>
    public InputAscent(Classifier classifier, ModelCard card, int @class, AscentSettings settings)
    {
        (_classifier, _card, _class, _settings) = (classifier, card, @class, settings);
        _pixels = card.InputWidth * card.InputHeight;
        (_picture, _gradient, _ranked, _sorted) = (new float[3 * _pixels], new float[3 * _pixels], new float[_pixels], new float[_pixels]);
        _neutral = [.. card.Mean.Select(mean => Array.TrueForAll(card.Mean, m => m == 0) ? White / 2 : mean / card.Scale)];
        _blur = settings.Blur > 0 ? new GaussianBlur(card.InputWidth, card.InputHeight, settings.Blur) : null;
        _chance = new Chance((ulong)settings.Seed);
        StartFromNoise();
    }

    /// <summary>Steps made.</summary>
    public int Done { get; private set; }

    public int Steps => _settings.Steps;

    public bool IsComplete => Done >= _settings.Steps;

    /// <summary>The class's score of the picture, as the network saw it last.</summary>
    public float Logit { get; private set; } = float.NaN;

    /// <summary>[3,H,W], grey levels from the neutral colour.</summary>
    public ReadOnlySpan<float> Picture => _picture;

    /// <summary>Starts from a picture instead of noise.</summary>
    public void StartFrom(Frame frame)
    {
        new Preprocessor(_card).Fill(frame, _classifier.Input);
        for (var c = 0; c < 3; c++)
            for (var i = 0; i < _pixels; i++)
                _picture[c * _pixels + i] = (_classifier.Input[Place(c, i)] * _card.Std[c] + _card.Mean[c]) / _card.Scale - _neutral[c];
    }

    /// <summary>One run and one step.</summary>
    public void Step()
    {
        var (across, down) = (_chance.Next(2 * _settings.Jitter + 1) - _settings.Jitter, _chance.Next(2 * _settings.Jitter + 1) - _settings.Jitter);
        Run(across, down);
        ReadGradient(across, down);
        Ascend();
        TensorPrimitives.Multiply(_picture, (float)(1 - _settings.Decay), _picture);
        Done++;
        if (_blur is not null && Done % _settings.BlurEvery == 0)
            for (var c = 0; c < 3; c++)
                _blur.Apply(Plane(_picture, c));
        Clip();
        for (var c = 0; c < 3; c++)
            Limit(Plane(_picture, c), -_neutral[c], White - _neutral[c]);
    }

    /// <summary>Runs the network on the picture where it is, for its score.</summary>
    public void Measure() => Run(0, 0);

    /// <summary>Writes the picture as pixels.</summary>
    /// <param name="bgr">[H,W,3].</param>
    public void Draw(Span<byte> bgr)
    {
        for (var c = 0; c < 3; c++)
        {
            var place = _card.Order == ColourOrder.Bgr ? c : 2 - c;
            for (var i = 0; i < _pixels; i++)
                bgr[3 * i + place] = (byte)Math.Clamp(MathF.Round(_picture[c * _pixels + i] + _neutral[c]), 0, White);
        }
    }

    private Span<float> Plane(float[] planes, int c) => planes.AsSpan(c * _pixels, _pixels);

    private void StartFromNoise()
    {
        for (var i = 0; i < _picture.Length; i++)
            _picture[i] = (float)_settings.Noise * _chance.Normals().First;
    }

    /// <summary>Runs the network on the picture shifted, what leaves at one edge coming in at the other.</summary>
    private void Run(int across, int down)
    {
        var input = _classifier.Input;
        for (var c = 0; c < 3; c++)
        {
            var (gain, offset) = (_card.Scale / _card.Std[c], (_neutral[c] * _card.Scale - _card.Mean[c]) / _card.Std[c]);
            for (var i = 0; i < _pixels; i++)
                input[Place(c, Shifted(i, across, down))] = _picture[c * _pixels + i] * gain + offset;
        }
        _classifier.Targets[0] = _class;
        _classifier.Run();
        Logit = _classifier.Logits[_class];
    }

    /// <summary>ds/dx in scores a grey level, of the pixels where they are in the picture.</summary>
    private void ReadGradient(int across, int down)
    {
        var gradients = _classifier.PixelGradientsOf(0);
        for (var c = 0; c < 3; c++)
        {
            var gain = _card.Scale / _card.Std[c];
            for (var i = 0; i < _pixels; i++)
                _gradient[c * _pixels + i] = gradients[Place(c, Shifted(i, across, down))] * gain;
        }
    }

    /// <summary>x += rate g / rms(g). Where a relu lets nothing through there is no way up: the step is one of noise, until one is found.</summary>
    private void Ascend()
    {
        var size = MathF.Sqrt(TensorPrimitives.SumOfSquares(_gradient) / _gradient.Length);
        var rate = (float)_settings.Rate;
        if (size > 0 && float.IsFinite(size))
            TensorPrimitives.MultiplyAdd(_gradient, rate / size, _picture, _picture);
        else
            for (var i = 0; i < _picture.Length; i++)
                _picture[i] += rate * _chance.Normals().First;
    }

    private void Clip()
    {
        if (_settings.ClipNorm > 0)
        {
            Square(_picture, _picture);
            Neutralise(_settings.ClipNorm);
        }
        if (_settings.ClipContribution > 0)
        {
            Square(_picture, _gradient);
            TensorPrimitives.Abs(_ranked, _ranked);
            Neutralise(_settings.ClipContribution);
        }
    }

    /// <summary>sum_c a_c b_c of each pixel, into what is ranked.</summary>
    private void Square(float[] a, float[] b)
    {
        TensorPrimitives.Multiply(Plane(a, 0), Plane(b, 0), _ranked);
        TensorPrimitives.MultiplyAdd(Plane(a, 1), Plane(b, 1), _ranked, _ranked);
        TensorPrimitives.MultiplyAdd(Plane(a, 2), Plane(b, 2), _ranked, _ranked);
    }

    /// <summary>Takes the share of the pixels that rank lowest back to the neutral colour.</summary>
    private void Neutralise(double share)
    {
        _ranked.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        var count = (int)(share * _pixels);
        if (count == 0)
            return;
        var least = _sorted[count - 1];
        for (var i = 0; i < _pixels; i++)
            if (_ranked[i] <= least)
                (_picture[i], _picture[_pixels + i], _picture[2 * _pixels + i]) = (0, 0, 0);
    }

    private static void Limit(Span<float> plane, float lowest, float highest)
    {
        TensorPrimitives.Max(plane, lowest, plane);
        TensorPrimitives.Min(plane, highest, plane);
    }

    private int Place(int channel, int pixel) => _card.Layout == TensorLayout.Nchw ? channel * _pixels + pixel : 3 * pixel + channel;

    private int Shifted(int pixel, int across, int down)
    {
        var (x, y) = ((pixel % _card.InputWidth + across) % _card.InputWidth, (pixel / _card.InputWidth + down) % _card.InputHeight);
        return (y < 0 ? y + _card.InputHeight : y) * _card.InputWidth + (x < 0 ? x + _card.InputWidth : x);
    }
}

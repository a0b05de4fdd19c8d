using LiveCam.Explain.Metrics;

namespace LiveCam.Explain.Referee;

/// <summary>One picture under a referee: masks it, asks the network, and keeps the map so far. Used by one thread; <see cref="Advance"/> allocates nothing.</summary>
internal sealed class RefereedPicture
{
    private readonly Perturbation _perturbation;
    private readonly Removal _removal;
    private readonly AskedScore _score;
    private readonly float[] _picture;
    private readonly float[][] _masks;

    /// <param name="picture">The network's input; copied.</param>
    /// <param name="method">How it is perturbed.</param>
    /// <param name="plan">With what.</param>
    /// <param name="removal">What is left of it.</param>
    /// <param name="score">What the network is asked.</param>
    /// <param name="pictures">How many parts of it are run at once at most.</param>
    public RefereedPicture(ReadOnlySpan<float> picture, PerturbationMethod method, PerturbationPlan plan, Removal removal, AskedScore score, int pictures)
    {
        (_perturbation, _removal, _score, _picture) = (method.Begin(plan), removal, score, picture.ToArray());
        _masks = [.. Enumerable.Range(0, pictures).Select(_ => new float[plan.Pixels])];
        Map = new float[plan.Pixels];
    }

    /// <summary>Masks asked about so far.</summary>
    public int Done { get; private set; }

    /// <summary>Masks there are.</summary>
    public int Count => _perturbation.Count;

    public bool IsComplete => Done == Count;

    /// <summary>[H,W], signed, after the last <see cref="Advance"/>.</summary>
    public float[] Map { get; }

    /// <summary>Asks about up to <paramref name="masks"/> more, and makes the map of all so far.</summary>
    public void Advance(BatchClassifier network, int masks)
    {
        for (var end = Math.Min(Count, Done + masks); Done < end;)
        {
            var count = Math.Min(Math.Min(network.Pictures, _masks.Length), end - Done);
            for (var i = 0; i < count; i++)
            {
                _perturbation.Mask(Done + i, _masks[i]);
                _removal.Apply(_picture, _masks[i], network.InputOf(i));
            }
            network.Run();
            for (var i = 0; i < count; i++)
                _perturbation.Add(Done + i, _masks[i], _score.Of(network.LogitsOf(i)));
            Done += count;
        }
        _perturbation.Fill(Map);
    }
}

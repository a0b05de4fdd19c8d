namespace LiveCam.Explain.Referee;

/// <summary>
/// Ribeiro, Singh and Guestrin, "Why should I trust you? Explaining the predictions of any classifier", 2016: a linear model of which superpixels are kept,
/// fitted to the scores around the picture. As in the authors' code: half of the parts are kept at random, the weight of a sample is
/// sqrt(exp(−d² / 0.25²)) with the cosine distance d to the whole picture, the ridge penalty is 1 and spares the intercept.
/// </summary>
public sealed class Lime : PerturbationMethod
{
    private const double KernelWidth = 0.25;

    public override string Name => "lime";

    public override string Title => "LIME";

    public override string Doc => "weights of superpixels in a linear model of the score, fitted to random removals (Ribeiro et al. 2016)";

    public override bool NeedsParts => true;

    public override Perturbation Begin(PerturbationPlan plan) => new Parts(plan);

    /// <summary>How much a sample counts that keeps <paramref name="kept"/> of <paramref name="parts"/> parts.</summary>
    internal static double Proximity(int kept, int parts)
    {
        var distance = 1 - Math.Sqrt((double)kept / parts);
        return Math.Exp(-distance * distance / (2 * KernelWidth * KernelWidth));
    }

    private sealed class Parts : Perturbation
    {
        private readonly PerturbationPlan _plan;
        private readonly RidgeFit _fit;
        private readonly double[] _isKept;
        private readonly double[] _weights;

        public Parts(PerturbationPlan plan)
        {
            _plan = plan;
            _fit = new RidgeFit(plan.PartCount, penalty: 1);
            (_isKept, _weights) = (new double[plan.PartCount], new double[plan.PartCount]);
        }

        public override int Count => _plan.Masks;

        public override void Mask(int n, Span<float> mask)
        {
            Choose(n);
            for (var pixel = 0; pixel < mask.Length; pixel++)
                mask[pixel] = (float)_isKept[_plan.Parts[pixel]];
        }

        public override void Add(int n, ReadOnlySpan<float> mask, double score)
        {
            var kept = Choose(n);
            _fit.Add(_isKept, score, Proximity(kept, _isKept.Length));
        }

        public override void Fill(Span<float> map)
        {
            _fit.Solve(_weights);
            for (var pixel = 0; pixel < map.Length; pixel++)
                map[pixel] = (float)_weights[_plan.Parts[pixel]];
        }

        /// <summary>Draws the parts of sample <paramref name="n"/>, all of them for the first, and counts them.</summary>
        private int Choose(int n)
        {
            var (chance, kept) = (new Chance((ulong)n), 0);
            foreach (ref var part in _isKept.AsSpan())
            {
                part = n == 0 || chance.Next() < 0.5f ? 1 : 0;
                kept += (int)part;
            }
            return kept;
        }
    }
}

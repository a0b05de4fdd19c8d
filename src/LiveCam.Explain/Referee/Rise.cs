using System.Numerics.Tensors;

namespace LiveCam.Explain.Referee;

/// <summary>
/// Petsiuk, Das and Saenko, "RISE: randomized input sampling for explanation of black-box models", 2018: masks are coarse random grids, enlarged smoothly
/// and shifted at random; a pixel counts what the scores are when it is kept.
/// </summary>
public sealed class Rise : PerturbationMethod
{
    /// <summary>p: the share of cells that are kept.</summary>
    internal const float Kept = 0.5f;

    public override string Name => "rise";

    public override string Title => "RISE";

    public override string Doc => "mean score of random smooth masks that keep the pixel, over that of all (Petsiuk et al. 2018)";

    public override Perturbation Begin(PerturbationPlan plan) => new Grids(plan);

    /// <remarks>Eq. 6 of the paper, sum_n f_n M_n / (N p), less sum_n f̄ M_n / (N p) with the mean score f̄: that is f̄ for every pixel when there are many
    /// masks, so the map only moves, to 0 for what does not count, and a pixel that few masks happened to keep does not look cold.</remarks>
    private sealed class Grids : Perturbation
    {
        private readonly PerturbationPlan _plan;
        // The map is a small difference of two sums over thousands of masks: in float32 they lose what the masks differ in.
        private readonly double[] _scored;
        private readonly double[] _kept;
        private readonly float[] _grid;
        private readonly float[] _line;
        private readonly Axis _columns;
        private readonly Axis _rows;
        private double _scores;
        private int _added;

        public Grids(PerturbationPlan plan)
        {
            _plan = plan;
            (_scored, _kept) = (new double[plan.Pixels], new double[plan.Pixels]);
            (_columns, _rows) = (new Axis(plan.Width, plan.Cells), new Axis(plan.Height, plan.Cells));
            (_grid, _line) = (new float[plan.Cells * plan.Cells], new float[plan.Cells]);
        }

        public override int Count => _plan.Masks;

        public override void Mask(int n, Span<float> mask)
        {
            var chance = new Chance((ulong)n);
            foreach (ref var cell in _grid.AsSpan())
                cell = chance.Next() < Kept ? 1 : 0;
            var (across, down) = (chance.Next(_columns.Cell), chance.Next(_rows.Cell));
            for (var y = 0; y < _plan.Height; y++)
            {
                var (row, share) = _rows.At(y + down);
                var above = _grid.AsSpan(row * _plan.Cells, _plan.Cells);
                var below = _grid.AsSpan(Math.Min(row + 1, _plan.Cells - 1) * _plan.Cells, _plan.Cells);
                TensorPrimitives.Lerp(above, below, share, _line);
                for (var x = 0; x < _plan.Width; x++)
                {
                    var (column, part) = _columns.At(x + across);
                    mask[y * _plan.Width + x] = _line[column] + part * (_line[Math.Min(column + 1, _plan.Cells - 1)] - _line[column]);
                }
            }
        }

        public override void Add(int n, ReadOnlySpan<float> mask, double score)
        {
            _scores += score;
            _added++;
            for (var i = 0; i < mask.Length; i++)
            {
                _scored[i] += score * mask[i];
                _kept[i] += mask[i];
            }
        }

        public override void Fill(Span<float> map)
        {
            var mean = _scores / _added;
            for (var i = 0; i < map.Length; i++)
                map[i] = (float)((_scored[i] - mean * _kept[i]) / (_added * Kept));
        }

        /// <summary>Enlargement along one axis: cells grow to (cells + 1) * <paramref name="cell"/> pixels, of which <c>pixels</c> are used.</summary>
        private sealed class Axis(int pixels, int cells)
        {
            /// <summary>Pixels by which the mask may be shifted: the side of a cell before it grows.</summary>
            public int Cell { get; } = (pixels + cells - 1) / cells;

            /// <summary>The cell at or before an enlarged pixel's centre, and the share of the way to the next.</summary>
            public (int Cell, float Share) At(int pixel)
            {
                var place = Math.Clamp((pixel + 0.5f) * cells / ((cells + 1) * Cell) - 0.5f, 0, cells - 1);
                return ((int)place, place - (int)place);
            }
        }
    }
}

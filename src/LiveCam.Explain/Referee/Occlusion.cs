using System.Numerics.Tensors;

namespace LiveCam.Explain.Referee;

/// <summary>Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014, section 4.2: a square without content moves over the picture.</summary>
public sealed class Occlusion : PerturbationMethod
{
    public override string Name => "occlusion";

    public override string Title => "occlusion";

    public override string Doc => "how much the score falls when a square is covered, each pixel the mean of the squares over it (Zeiler and Fergus 2014)";

    public override Perturbation Begin(PerturbationPlan plan) => new Squares(plan);

    private sealed class Squares : Perturbation
    {
        private readonly PerturbationPlan _plan;
        private readonly (int X, int Y)[] _corners;
        private readonly float[] _falls;
        private readonly float[] _squares;

        public Squares(PerturbationPlan plan)
        {
            (_plan, _falls, _squares) = (plan, new float[plan.Pixels], new float[plan.Pixels]);
            var (across, down) = (Starts(plan.Width), Starts(plan.Height));
            // Squares that lie side by side come first, then those between them, and so on.
            var coarse = 1;
            while (2 * coarse * plan.Stride <= plan.Window)
                coarse *= 2;
            _corners = [.. from y in Enumerable.Range(0, down.Length)
                           from x in Enumerable.Range(0, across.Length)
                           orderby Math.Max(Fineness(x, across.Length, coarse), Fineness(y, down.Length, coarse))
                           select (across[x], down[y])];
        }

        public override int Count => Math.Min(_corners.Length, _plan.Masks);

        public override void Mask(int n, Span<float> mask)
        {
            mask.Fill(1);
            for (var row = 0; row < Side; row++)
                RowOf(n, row, mask).Clear();
        }

        public override void Add(int n, ReadOnlySpan<float> mask, double score)
        {
            var fall = (float)(_plan.Whole - score);
            for (var row = 0; row < Side; row++)
            {
                var falls = RowOf(n, row, _falls);
                var squares = RowOf(n, row, _squares);
                TensorPrimitives.Add(falls, fall, falls);
                TensorPrimitives.Add(squares, 1, squares);
            }
        }

        public override void Fill(Span<float> map)
        {
            for (var i = 0; i < map.Length; i++)
                map[i] = _squares[i] > 0 ? _falls[i] / _squares[i] : 0;
        }

        private int Side => Math.Min(_plan.Window, Math.Min(_plan.Width, _plan.Height));

        private Span<float> RowOf(int n, int row, Span<float> plane) => plane.Slice((_corners[n].Y + row) * _plan.Width + _corners[n].X, Side);

        /// <summary>Where squares begin: a stride apart, a little less where that does not go up, from edge to edge.</summary>
        private int[] Starts(int length)
        {
            var steps = (length - Side + _plan.Stride - 1) / _plan.Stride;
            return [.. Enumerable.Range(0, steps + 1).Select(i => steps == 0 ? 0 : (int)Math.Round((double)i * (length - Side) / steps))];
        }

        /// <summary>0 for the places of the coarsest grid and the last one, then 1, 2, ... for those that halve its distances.</summary>
        private static int Fineness(int place, int places, int coarse)
        {
            var level = 0;
            for (; place != places - 1 && place % coarse != 0; coarse /= 2)
                level++;
            return level;
        }
    }
}

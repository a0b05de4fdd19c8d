namespace LiveCam.Onnx.Model;

/// <summary>
/// What the specification's version notes demand, a row for each operator and the opset that changed it. Most versions only admit more types,
/// negative axes or further attributes whose defaults keep the former meaning; they need no row.
/// </summary>
internal static class OpsetSteps
{
    public static IReadOnlyDictionary<(string Op, int Opset), Action<NodeRewriting>> All { get; } = Table(
        (9, WithoutSpatial, ["BatchNormalization"]),
        (9, n => n.Move("scales", 1), ["Upsample"]),
        (9, n => throw n.Refusal("its batch axis was removed"), ["Scan"]),
        (10, WithoutMask, ["Dropout"]),
        (10, n => n.Move(("starts", 1), ("ends", 2), ("axes", 3)), ["Slice"]),
        (10, n => n.Move("k", 1), ["TopK"]),
        (11, n => n.MoveTyped(("min", 1), ("max", 2)), ["Clip"]),
        (11, Pad, ["Pad"]),
        (11, n => Resize(n, "floor"), ["Upsample"]),
        (11, n => Resize(n, Rounding(n)), ["Resize"]),
        (11, n => n.Op = "ScatterElements", ["Scatter"]),
        (12, n => n.Move("ratio", 1), ["Dropout"]),
        (13, n => n.Move("axes", 1), ["ReduceSum", "Squeeze", "Unsqueeze"]),
        (13, n => n.Move("split", 1), ["Split"]),
        (13, OverLastAxis, ["Softmax", "LogSoftmax", "Hardmax"]),
        (13, HalfPixel, ["Resize"]),
        (14, WithoutStatistics, ["BatchNormalization"]),
        (16, n => n.Default("coordinate_transformation_mode", "output_half_pixel"), ["RoiAlign"]),
        (18, n => n.Move("axes", 1), ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
            "ReduceSumSquare"]),
        (18, CountedParts, ["Split"]),
        (20, n => n.Rename("mode", ("bilinear", "linear"), ("bicubic", "cubic")), ["GridSample"]),
        (20, n => n.SetInput(2, n.Constant(Tensor.Scalar(ElementType.Int64, n.Take("axis")?.I ?? 1))), ["DFT"]),
        (21, PerChannel, ["GroupNormalization"]));

    private static Dictionary<(string Op, int Opset), Action<NodeRewriting>> Table(params (int Opset, Action<NodeRewriting> Step, string[] Ops)[] rows) =>
        rows.SelectMany(row => row.Ops.Select(op => KeyValuePair.Create((op, row.Opset), row.Step))).ToDictionary();

    private static void WithoutSpatial(NodeRewriting node)
    {
        if (node.Take("spatial") is { I: 0 })
            throw node.Refusal("statistics of each position (spatial = 0) were removed");
    }

    /// <summary>The mask was of the data's type and is of bool.</summary>
    private static void WithoutMask(NodeRewriting node)
    {
        if (node.IsRead(1))
            throw node.Refusal("the type of its mask was changed");
    }

    private static void WithoutStatistics(NodeRewriting node)
    {
        if (Enumerable.Range(1, 4).Any(node.IsRead))
            throw node.Refusal("the statistics that it returns in training were changed");
        node.KeepOutputs(1);
    }

    private static void Pad(NodeRewriting node)
    {
        node.Move("pads", 1);
        node.MoveTyped(("value", 2));
    }

    /// <summary>Positions were scaled from the corner of the picture.</summary>
    private static void Resize(NodeRewriting node, string rounding)
    {
        node.Op = "Resize";
        node.SetInput(2, node.Input(1));
        node.SetInput(1, node.Constant(new Tensor(ElementType.Float, [0], [])));
        node.Set("coordinate_transformation_mode", "asymmetric");
        if (node.Text("mode", "nearest") == "nearest")
            node.Set("nearest_mode", rounding);
    }

    /// <summary>Nearest positions were rounded down where a picture grew and up where it shrank.</summary>
    private static string Rounding(NodeRewriting node)
    {
        if (node.Text("mode", "nearest") != "nearest")
            return "";
        var scales = node.Known(1)?.Values ?? throw node.Refusal("how it rounds depends on scales that are computed while the graph runs");
        return scales.All(s => s >= 1) ? "floor" : scales.All(s => s <= 1) ? "ceil" : throw node.Refusal("it enlarges one axis and reduces another");
    }

    /// <summary>tf_half_pixel_for_nn does not subtract the half that half_pixel does.</summary>
    private static void HalfPixel(NodeRewriting node)
    {
        if (node.Text("coordinate_transformation_mode", "half_pixel") != "tf_half_pixel_for_nn")
            return;
        if (node.Text("mode", "nearest") != "nearest" || node.Text("nearest_mode", "round_prefer_floor") != "floor")
            throw node.Refusal("tf_half_pixel_for_nn was removed");
        node.Set("coordinate_transformation_mode", "half_pixel");
        node.Set("nearest_mode", "round_prefer_ceil");
    }

    /// <summary>The axis and all behind it were taken as one.</summary>
    private static void OverLastAxis(NodeRewriting node)
    {
        var (x, axis) = (node.Input(0), node.Take("axis")?.I ?? 1);
        node.Set("axis", -1L);
        if (axis == -1 || node.Rank(0) - 1 == axis)
            return;
        node.SetInput(0, node.Before("Flatten", [x], ("axis", axis)));
        var shape = node.Before("Shape", [x]);
        node.After("Reshape", shape);
    }

    private static void CountedParts(NodeRewriting node)
    {
        if (node.Input(1).Length == 0)
            node.Set("num_outputs", (long)node.Node.Output.Count);
    }

    /// <summary>Scale and bias of each group become those of each channel.</summary>
    private static void PerChannel(NodeRewriting node)
    {
        if (node.Channels(0) is not { } channels)
            throw node.Refusal("scale and bias are per channel, and the number of channels could not be inferred");
        var groups = node.Int("num_groups", 1);
        foreach (var input in new[] { 1, 2 })
        {
            var column = node.Before("Unsqueeze", [node.Input(input), node.Constant(Tensor.Ints(1))]);
            var repeated = node.Before("Expand", [column, node.Constant(Tensor.Ints(groups, channels / groups))]);
            node.SetInput(input, node.Before("Reshape", [repeated, node.Constant(Tensor.Ints(-1))]));
        }
    }
}

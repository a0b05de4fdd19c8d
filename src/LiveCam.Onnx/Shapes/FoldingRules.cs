namespace LiveCam.Onnx.Shapes;

/// <summary>The element of an operator's result at each index. Rounding to the element type is left to <see cref="ConstantFolding"/>.</summary>
internal delegate Func<long[], double> FoldingRule(Operation operation);

/// <summary>Folding rules by family.</summary>
internal static partial class FoldingRules;

using LiveCam.Onnx.Autodiff;

namespace LiveCam.Onnx.Tests;

public sealed class GradientRulesTests
{
    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (var test in GradientCases.All)
            foreach (var opset in test.Opsets)
                data.Add(test.ToString(), opset);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_equals_central_differences(string name, int opset)
    {
        var test = GradientCases.All.Single(c => c.ToString() == name);
        Assert.InRange(test.Error(opset), 0, test.Tolerance);
    }

    [Fact]
    public void Every_rule_has_a_case()
    {
        Assert.Equal(GradientRules.All.Keys.Order(), GradientCases.All.Select(c => c.Op).Distinct().Order());
    }
}

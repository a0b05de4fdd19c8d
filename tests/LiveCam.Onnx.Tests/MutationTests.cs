using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>The finite-difference cases must notice a rule that is wrong by a hundredth: each rule is broken, one input at a time, and one of its
/// cases has to fail.</summary>
public sealed class MutationTests
{
    private const double Factor = 1.01;

    public static TheoryData<string> Rules() => [.. GradientRules.All.Keys.Order()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_that_is_wrong_by_a_hundredth_fails_one_of_its_cases(string op)
    {
        var cases = GradientCases.All.Where(c => c.Op == op).ToArray();
        var inputs = cases.SelectMany(DifferentiatedInputs).Distinct().Order().ToArray();
        Assert.NotEmpty(inputs);
        foreach (var input in inputs)
            Assert.True(cases.Any(c => Notices(c, input)),
                $"no case of {op} notices that the gradient of input {input} is {Factor} times what it should be");
    }

    private static bool Notices(GradientCase test, int input) => test.Error(test.Opsets[^1], Broken(test.Op, input)) > test.Tolerance;

    /// <summary>The inputs for which the rule is asked in a case.</summary>
    private static IEnumerable<int> DifferentiatedInputs(GradientCase test)
    {
        var asked = new HashSet<int>();
        test.Error(test.Opsets[^1], With(test.Op, step =>
        {
            var results = GradientRules.All[test.Op](step);
            asked.UnionWith(Enumerable.Range(0, Math.Min(results.Length, step.Inputs.Count))
                .Where(i => results[i] is not null && step.Inputs[i] is { IsConstant: false }));
            return results;
        }));
        return asked;
    }

    private static Dictionary<string, GradientRule> Broken(string op, int input) => With(op, step =>
    {
        var results = GradientRules.All[op](step);
        if (input < results.Length && results[input] is { } right)
            results[input] = right * Factor;
        return results;
    });

    private static Dictionary<string, GradientRule> With(string op, GradientRule rule) => new(GradientRules.All) { [op] = rule };
}

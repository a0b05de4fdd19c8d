using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Models;

/// <summary>LiveCam.Onnx stands alone and has an error of its own; here it becomes the one that the program answers with.</summary>
public static class ModelErrors
{
    /// <inheritdoc cref="Translate{T}"/>
    public static void Translate(Action run) => Translate(() =>
    {
        run();
        return true;
    });

    /// <summary>Runs something on a model.</summary>
    /// <exception cref="LiveCamException">In place of any <see cref="ModelException"/>, with the nearest names where a name was not known.</exception>
    public static T Translate<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (ModelException e)
        {
            throw new LiveCamException(e.What, e.On, e.Why, e.Candidates.Count > 0 ? NearestNames.Suggest(e.On, e.Candidates) : e.Fix,
                e.IsAboutTheRequest ? ExitCode.Input : ExitCode.Model, e);
        }
    }
}

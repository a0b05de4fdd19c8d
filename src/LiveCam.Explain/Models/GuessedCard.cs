namespace LiveCam.Explain.Models;

internal static class GuessedCard
{
    public static ModelFile For(string path, byte[] bytes) => throw new NotSupportedException();
}

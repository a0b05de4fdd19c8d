namespace LiveCam.Explain.Synthesis;

/// <summary>A synthesised input that is done.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Logit">Its score.</param>
/// <param name="Bgr">[H,W,3], 8 bits a colour.</param>
public sealed record FinishedPicture(int Width, int Height, float Logit, byte[] Bgr);

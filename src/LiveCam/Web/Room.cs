namespace LiveCam.Web;

/// <summary>Room for so many at a time; who finds none does not wait. Safe on any thread.</summary>
/// <param name="most">At a time.</param>
internal sealed class Room(int most)
{
    private int _inside;

    /// <summary>Does something if there is room for one more; the default of <typeparamref name="T"/> where there is none.</summary>
    public async Task<T?> UseAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return Interlocked.Increment(ref _inside) > most ? default : await act();
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}

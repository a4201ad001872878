// The same program, moved and formatted differently.
#include <coroutine_types.h>
#include <unistd.h>

/// Something new that has no finding.
static int add(int A, int B) { return A + B; }

mock::Task<> second();

static void nap()
{
    sleep( 1 );
}

mock::Task<> first()
{
    nap();
    co_return;
}

mock::Task<> second()
{
    int Added = add(1, 2);
    sleep(1);

    usleep( 2000 );
    // A comment.
    sleep(1);
    for (int I = 0; I < 8'000'000; ++I) { nap(); }
    co_return;
}

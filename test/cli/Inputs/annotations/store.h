#include <nostall/annotations.h>
NOSTALL_BLOCKING int query();
NOSTALL_NONBLOCKING int peek();

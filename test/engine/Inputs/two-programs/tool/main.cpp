#include "helper.h"
#include <unistd.h>

// Same name as the server's.
class Session {
public:
  void tick() {
    sleep(2);
    helper();
  }
};

int main() { Session().tick(); }

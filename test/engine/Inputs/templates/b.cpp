#include "../include/task.h"
#include "retry.h"

app::Task reconnect(long Peer) {
  retry(5, [&] { return Peer == 4; });
  Cache<long> Peers;
  Peers.refresh();
  nap();
  co_return;
}

// No event loop here.
void install() { napTwice(3); }

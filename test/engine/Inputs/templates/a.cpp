#include "../include/task.h"
#include "retry.h"

app::Task connect(int Peer) {
  retry(3, [&] { return Peer == 3; });
  Cache<int> Peers;
  Peers.refresh();
  Peers.clear();
  nap();
  co_return;
}

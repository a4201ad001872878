#include "reactor.h"
#include "workers.h"
#include <functional>
#include <unistd.h>

static void nap() { sleep(1); }

class Server {
public:
  Server(Reactor &Loop, Workers &Pool) : Loop(Loop), Pool(Pool) {}

  void start() {
    Loop.watch(3, [this](int) { onRequest(); });
    Loop.watch(4, std::bind(&Server::onSignal, this, std::placeholders::_1));
    Loop.watch(5, onTimer);
    Pool.post([this] { compact(); });
  }

private:
  void onRequest() {
    usleep(100000);
    Pool.post([] { nap(); });
    Loop.post([] { nap(); });
    auto Never = [] { sleep(5); };
    (void)Never;
  }
  void onSignal(int) { sleep(2); }
  static void onTimer(int) { sleep(3); }
  void compact() { sleep(4); }

  Reactor &Loop;
  Workers &Pool;
};

int main() {
  Reactor Loop;
  Workers Pool;
  Server S(Loop, Pool);
  sleep(6); // before the loop runs
  S.start();
  Pool.start();
  Loop.run();
}

#pragma once
#include <functional>
#include <map>
#include <vector>

/// The program's own event loop.
class Reactor {
public:
  using Handler = std::function<void(int)>;
  void watch(int Descriptor, Handler OnReadable);
  void post(std::function<void()> Later);
  void run();

private:
  void runPosted();
  int Epoll = -1;
  std::map<int, Handler> Handlers;
  std::vector<std::function<void()>> Posted;
};

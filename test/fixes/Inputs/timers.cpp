// Sleeps on a loop that has other work: it counts what the loop does meanwhile.
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

#include <unistd.h>

static bool Asleep = false;
static bool Done = false;
static int Served = 0;

static void serve(boost::asio::io_context &Io) {
  Served += Asleep;
  if (!Done)
    boost::asio::post(Io, [&Io] { serve(Io); });
}

static boost::asio::awaitable<void> naps(unsigned Micros) {
  using namespace std::chrono_literals;
  Asleep = true;
  sleep(1);
  usleep(Micros * /* for us */ 2);
  if (Micros > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int I = 0; I < 3; ++I)
    std::this_thread::sleep_for(5ms);
  Asleep = false;
  Done = true;
  co_return;
}

int main() {
  boost::asio::io_context Io;
  auto Start = std::chrono::steady_clock::now();
  boost::asio::co_spawn(Io, naps(10'000), boost::asio::detached);
  serve(Io);
  Io.run();
  std::chrono::duration<double> Took = std::chrono::steady_clock::now() - Start;
  std::printf("%s for %s\n", Served ? "served" : "stalled",
              Took.count() >= 1.045 ? "all of it" : "too short a time");
}

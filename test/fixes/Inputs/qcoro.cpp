// A coroutine on Qt's loop, beside a timer that counts.
#include <QCoreApplication>
#include <QThread>
#include <QTimer>

#include <QCoroTask>
#include <QCoroTimer>

#include <chrono>
#include <cstdio>
#include <thread>

static int Ticks = 0;

static QCoro::Task<> naps() {
  QThread::msleep(100);
  std::this_thread::sleep_for(std::chrono::microseconds(20'500));
  std::printf("%s\n", Ticks > 3 ? "served" : "stalled");
  QCoreApplication::quit();
  co_return;
}

int main(int Argc, char **Argv) {
  QCoreApplication App(Argc, Argv);
  QTimer Timer;
  QObject::connect(&Timer, &QTimer::timeout, [] { ++Ticks; });
  Timer.start(5);
  QTimer::singleShot(0, [] { naps(); });
  return App.exec();
}

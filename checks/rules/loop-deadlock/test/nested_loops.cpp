// RUN: %check_nostall %s --option nostall-loop-deadlock.NestedLoops=true
// RUN: %check_nostall %s --suffix OFF
// Loops inside of a callback that go on serving: no deadlock, and asked for by
// an option only.

#include <QtCore/QtCore>
#include <glib.h>

static GMainLoop *Main;

static gboolean onTimeout(gpointer) {
  g_main_loop_run(Main);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_main_loop_run' runs a nested loop inside of a callback: other callbacks run before it returns [nostall-loop-deadlock]
  return 0;
}

class Window : public QObject {
public:
  void ask() {
    QEventLoop Loop;
    Loop.exec();
  }
};

void start(Window *W) {
  QTimer::singleShot(10, W, [W] { W->ask(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: 'Window::ask' runs a nested loop inside of a callback in 'QEventLoop::exec': other callbacks run before it returns [nostall-loop-deadlock]
}

int main() {
  Window W;
  start(&W);
  Main = g_main_loop_new(nullptr, 0);
  g_timeout_add(1000, onTimeout, nullptr);
  // Outside of callbacks.
  g_main_loop_run(Main);
  QEventLoop Loop;
  Loop.exec();
}

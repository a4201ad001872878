// RUN: %check_nostall %s --check nostall-loop-deadlock --option nostall-loop-deadlock.NestedLoops=true --real -- -std=c++20 -fPIC -I/usr/include/x86_64-linux-gnu/qt6 -I/usr/include/x86_64-linux-gnu/qt6/QtCore
// Qt: futures that this thread has to finish, and loops in slots.

#include <QEventLoop>
#include <QFuture>
#include <QPromise>
#include <QThreadPool>
#include <QTimer>

static void bad_then(QObject *Context, QFuture<int> Started) {
  Started.then(Context, [](int) {}).waitForFinished();
}

static void bad_promise() {
  QPromise<int> Promise;
  Promise.start();
  QTimer::singleShot(0, [&] { Promise.finish(); });
  Promise.future().waitForFinished();
  // CHECK-MESSAGES: :[[@LINE-1]]:20: {{warning|error}}: 'QFuture::waitForFinished' {{.*}} [nostall-loop-deadlock]
}

static void nested() {
  QEventLoop Loop;
  Loop.exec();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'QEventLoop::exec' runs a nested loop inside of a callback: other callbacks run before it returns [nostall-loop-deadlock]
}

void start(QObject *Context, QFuture<int> Started) {
  QTimer::singleShot(1, Context, [=] { bad_then(Context, Started); });
  // CHECK-MESSAGES: :[[@LINE-1]]:40: {{warning|error}}: 'bad_then' {{.*}} [nostall-loop-deadlock]
  QTimer::singleShot(1, Context, bad_promise);
  QTimer::singleShot(1, Context, nested);
}

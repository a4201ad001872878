// RUN: %check_nostall %s
// Slots, timers, events and threads of Qt.

#include <QtCore/QtCore>
#include <unistd.h>

class Window : public QObject {
  Q_OBJECT
public:
  Window() {
    connect(&Timer, &QTimer::timeout, this, &Window::bad_slot);
    connect(&Timer, &QTimer::timeout, this, &Window::ok_slot);
    connect(&Timer, &QTimer::timeout, this, [this] {
      bad_member();
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'Window::bad_member' blocks the event loop in 'QThread::msleep': it suspends the thread [nostall-blocking-call]
    });
    connect(&Timer, &QTimer::timeout, [] {
      usleep(50000);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
    QTimer::singleShot(100, this, &Window::bad_later);
    QTimer::singleShot(100, [] {
      sleep(1);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  }

  void bad_slot() {
    Process.start("make");
    Process.waitForFinished();
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'QProcess::waitForFinished' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  void ok_slot() {
    connect(&Process, &QProcess::finished, this, &Window::ok_finished);
    Process.start("make");
  }
  void ok_finished() { Timer.start(100); }
  void bad_member() { QThread::msleep(50); }
  void bad_later() {
    sleep(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  void ok_not_connected() { sleep(3); }

protected:
  void timerEvent(QEvent *) override {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }

private:
  QTimer Timer;
  QProcess Process;
};

// What moc writes: slots that are connected by name run from here.
class Dialog : public QObject {
public:
  int qt_metacall(QMetaObject::Call, int Id, void **) override {
    if (Id == 0)
      bad_byName();
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'Dialog::bad_byName' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
    return -1;
  }
  void bad_byName() { sleep(5); }
};

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

class Document : public QObject {
  bool event(QEvent *) override {
    bad_load();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Document::bad_load' may block the event loop in 'QFile::open': it opens a file [nostall-blocking-call]
    ok_resource();
    ok_memory();
    return true;
  }
  void bad_load() {
    QFile File("/home/user/document.txt");
    File.open(QIODevice::ReadOnly);
  }
  // A path that begins with a colon is in the program itself.
  void ok_resource() {
    QFile File(":/images/logo.png");
    File.open(QIODevice::ReadOnly);
    File.readAll();
  }
  void ok_memory() {
    QByteArray Data;
    QBuffer Memory(&Data);
    Memory.open(QIODevice::WriteOnly);
    Memory.write(Data);
  }
};

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

class Worker : public QThread {
  void run() override {
    sleep(6);
    msleep(10);
  }
};

class Job : public QRunnable {
  void run() override { sleep(7); }
};

static void compute() { sleep(8); }

class Controller : public QObject {
  void timerEvent(QEvent *) override {
    auto *Thread = new Worker;
    Thread->start();
    QThreadPool::globalInstance()->start(new Job);
    QThreadPool::globalInstance()->start([] { sleep(9); });
    QFuture<void> Future = QtConcurrent::run(compute);
    QtConcurrent::run([] { sleep(10); });
    Thread->wait();
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'QThread::wait' blocks the event loop: it waits for the thread to end [nostall-blocking-call]
    Future.waitForFinished();
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'QFuture::waitForFinished' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

class Watched : public QObject {
  void timerEvent(QEvent *) override {
    connect(&Watcher, &QFutureWatcher<void>::finished, this, &Watched::ok_done);
    Watcher.setFuture(QtConcurrent::run(compute));
  }
  void ok_done() {
    if (Future.isFinished())
      Future.waitForFinished();
  }
  QFutureWatcher<void> Watcher;
  QFuture<void> Future;
};

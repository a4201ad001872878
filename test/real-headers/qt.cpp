// RUN: %check_nostall %s --real -- -std=c++20 -fPIC -I/usr/include/qcoro6 -I/usr/include/qcoro6/qcoro -I/usr/include/x86_64-linux-gnu/qt6 -I/usr/include/x86_64-linux-gnu/qt6/QtCore -I/usr/include/x86_64-linux-gnu/qt6/QtNetwork

#include <QCoreApplication>
#include <QFile>
#include <QObject>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <qcorotimer.h>
#include <task.h>

class Worker : public QObject {
public:
  void ok_run() { QThread::msleep(100); }
};

class Thread : public QThread {
  void run() override { QThread::msleep(100); }
};

class Server : public QObject {
public:
  Server() {
    auto *Mover = new Worker;
    Mover->moveToThread(&Thread_);
    connect(&Timer, &QTimer::timeout, Mover, &Worker::ok_run);
    connect(&Timer, &QTimer::timeout, this, &Server::bad_timeout);
    connect(&Timer, &QTimer::timeout, this, [this] {
      Socket.waitForReadyRead(1000);
      // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: {{.*}}waitForReadyRead' blocks{{.*}} [nostall-blocking-call]
    });
  }
  void bad_timeout() {
    QFile File("a");
    File.open(QIODevice::ReadOnly);
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'QFile::open' may block{{.*}} [nostall-blocking-call]
  }

  QCoro::Task<> bad_task() {
    QTimer Pause;
    Pause.start(10);
    co_await Pause;
    QThread::sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'QThread::sleep' blocks{{.*}} [nostall-blocking-call]
  }

private:
  QTimer Timer;
  QTcpSocket Socket;
  Thread Thread_;
};

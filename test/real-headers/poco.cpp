// RUN: %check_nostall %s --real
// POCO: what a SocketReactor calls must not wait; what its servers and threads
// call may.

#include <Poco/File.h>
#include <Poco/Data/Session.h>
#include <Poco/Event.h>
#include <Poco/FileStream.h>
#include <Poco/NObserver.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/SocketReactor.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Observer.h>
#include <Poco/Redis/Client.h>
#include <Poco/StreamCopier.h>
#include <Poco/Thread.h>
#include <Poco/Timer.h>

using namespace Poco::Data::Keywords;
using Poco::Net::ReadableNotification;
using Poco::Net::StreamSocket;

class Connection {
public:
  Connection(Poco::Net::SocketReactor &Reactor, StreamSocket S) : Socket(S) {
    Reactor.addEventHandler(
        Socket, Poco::Observer<Connection, ReadableNotification>(
                    *this, &Connection::bad_onReadable));
    Reactor.addEventHandler(
        Socket, Poco::NObserver<Connection, Poco::Net::WritableNotification>(
                    *this, &Connection::bad_onWritable));
  }

  void bad_onReadable(ReadableNotification *) {
    char Text[100];
    Socket.receiveBytes(Text, sizeof Text);
    Poco::Thread::sleep(100);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Poco::Thread::sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
    Poco::Net::DNS::resolveOne("example.org");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Poco::Net::DNS::resolveOne' blocks the event loop: it asks name servers [nostall-blocking-call]
    StreamSocket Third;
    Third.connect(Poco::Net::SocketAddress("10.0.0.1", 80));
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'Poco::Net::StreamSocket::connect' blocks the event loop: it connects and waits [nostall-blocking-call]
    Poco::File("/tmp/x").remove();
    // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'Poco::File::remove' may block the event loop: {{.*}} [nostall-blocking-call]
    Answered.wait();
    // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'Poco::Event::wait' blocks the event loop: {{.*}} [nostall-blocking-call]
    Answered.tryWait(0);
  }

  void bad_onWritable(const Poco::AutoPtr<Poco::Net::WritableNotification> &) {
    Poco::Data::Session Database("SQLite", "shop.db");
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the constructor of 'Poco::Data::Session' blocks the event loop: {{.*}} [nostall-blocking-call]
    Database << "vacuum", now;
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'Poco::Data::Statement::operator,' blocks the event loop: {{.*}} [nostall-blocking-call]
    Poco::Net::HTTPClientSession Session("example.org");
    Poco::Net::HTTPRequest Request("GET", "/");
    Session.sendRequest(Request);
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'Poco::Net::HTTPClientSession::sendRequest' blocks the event loop: {{.*}} [nostall-blocking-call]
    Poco::Net::HTTPResponse Response;
    Session.receiveResponse(Response);
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'Poco::Net::HTTPClientSession::receiveResponse' blocks the event loop: {{.*}} [nostall-blocking-call]
    Cache.connect("localhost:6379");
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'Poco::Redis::Client::connect' blocks the event loop: {{.*}} [nostall-blocking-call]
    Poco::FileInputStream File("/etc/shop.json");
    // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: the constructor of 'Poco::FileInputStream' may block the event loop: it opens a file [nostall-blocking-call]
    std::string Text;
    Poco::StreamCopier::copyToString(File, Text);
    Other.setBlocking(true);
    Other.sendBytes("x", 1);
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'Poco::Net::StreamSocket::sendBytes' may block the event loop: {{.*}} [nostall-blocking-call]
  }

private:
  StreamSocket Socket, Other;
  Poco::Event Answered;
  Poco::Redis::Client Cache;
};

class OkPage : public Poco::Net::HTTPRequestHandler {
  void handleRequest(Poco::Net::HTTPServerRequest &,
                     Poco::Net::HTTPServerResponse &) override {
    Poco::Thread::sleep(10);
  }
};

class OkWork : public Poco::Runnable {
  void run() override { Poco::Thread::sleep(10); }
  void onTimer(Poco::Timer &) { Poco::Thread::sleep(10); }
  void start(Poco::Timer &Timer) {
    Timer.start(Poco::TimerCallback<OkWork>(*this, &OkWork::onTimer));
  }
};

class Gateway : public Poco::Net::SocketReactor {
  void onTimeout() override {
    Poco::Thread::sleep(10);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Poco::Thread::sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

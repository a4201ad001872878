// RUN: %check_nostall %s --real
// gRPC: reactions run on its own threads, which must not wait; a loop around
// a completion queue is an event loop; synchronous handlers may wait.

#include <cstdlib>
#include <grpcpp/alarm.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/sync_stream.h>
#include <unistd.h>

using Message = grpc::ByteBuffer;

//===----------------------------------------------------------------------===//
// What protoc writes for a service Store with a method Find
//===----------------------------------------------------------------------===//

struct StoreStub {
  grpc::ChannelInterface *Channel;
  grpc::internal::RpcMethod Method;

  grpc::Status Find(grpc::ClientContext *Context, const Message &Request,
                    Message *Response) {
    return grpc::internal::BlockingUnaryCall<Message, Message, Message,
                                             Message>(
        Channel, Method, Context, Request, Response);
  }
  void FindAsync(grpc::ClientContext *Context, const Message *Request,
                 Message *Response,
                 std::function<void(grpc::Status)> Then) {
    grpc::internal::CallbackUnaryCall<Message, Message, Message, Message>(
        Channel, Method, Context, Request, Response, std::move(Then));
  }
};

//===----------------------------------------------------------------------===//
// Reactions
//===----------------------------------------------------------------------===//

class Upload : public grpc::ServerReadReactor<Message> {
  void OnReadDone(bool Ok) override {
    if (!Ok)
      return Finish(grpc::Status::OK);
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
    StartRead(&Next);
  }
  void OnDone() override { delete this; }
  Message Next;
};

class Subscription : public grpc::ClientReadReactor<Message> {
  void OnReadDone(bool) override {
    grpc::ClientContext Context;
    Stub->Find(&Context, Next, &Next);
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'StoreStub::Find' blocks the event loop in 'grpc::internal::BlockingUnaryCall': it sends the request and waits for the response [nostall-blocking-call]
  }
  void OnDone(const grpc::Status &) override {
    system("logger done");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'system' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  StoreStub *Stub;
  Message Next;
};

void bad_callbacks(StoreStub &Stub, grpc::ClientContext *Context,
                   Message *Response, grpc::Alarm &Alarm) {
  Stub.FindAsync(Context, Response, Response, [](grpc::Status) {
    sleep(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  Alarm.Set(std::chrono::system_clock::now(), [](bool) {
    sleep(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

class Good : public grpc::ServerBidiReactor<Message, Message> {
  void OnReadDone(bool) override { StartWrite(&Next); }
  void OnWriteDone(bool) override { StartRead(&Next); }
  void OnDone() override { delete this; }
  Message Next;
};

class Token : public grpc::MetadataCredentialsPlugin {
  grpc::Status GetMetadata(grpc::string_ref, grpc::string_ref,
                           const grpc::AuthContext &,
                           std::multimap<grpc::string, grpc::string> *) override {
    // Its thread is made for that.
    system("refresh-token");
    return grpc::Status::OK;
  }
};

//===----------------------------------------------------------------------===//
// A completion queue
//===----------------------------------------------------------------------===//

struct Step {
  virtual ~Step() = default;
  virtual void proceed(bool Ok) = 0;
};

struct Connect : Step {
  std::shared_ptr<grpc::Channel> Channel;
  std::unique_ptr<grpc::ClientReader<Message>> Reader;
  grpc::Server *Server;
  void proceed(bool) override {
    Channel->WaitForConnected(std::chrono::system_clock::now() +
                              std::chrono::seconds(5));
    // CHECK-MESSAGES: :[[@LINE-2]]:14: warning: 'grpc::ChannelInterface::WaitForConnected' blocks the event loop: {{.*}} [nostall-blocking-call]
    Message Next;
    Reader->Read(&Next);
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'grpc::ClientReader::Read' blocks the event loop: it waits for the next message of the server [nostall-blocking-call]
    Reader->Finish();
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'grpc::ClientReader::Finish' blocks the event loop: {{.*}} [nostall-blocking-call]
    Server->Shutdown();
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'grpc::ServerInterface::Shutdown' blocks the event loop: {{.*}} [nostall-blocking-call]
    Channel->NotifyOnStateChange(GRPC_CHANNEL_IDLE,
                                 std::chrono::system_clock::now(), nullptr,
                                 nullptr);
  }
};

void serve(grpc::CompletionQueue &Queue) {
  void *Tag;
  bool Ok;
  while (Queue.Next(&Tag, &Ok))
    static_cast<Step *>(Tag)->proceed(Ok);
}

// Not on any loop.
int main() {
  grpc::ServerBuilder Builder;
  std::unique_ptr<grpc::Server> Server = Builder.BuildAndStart();
  Server->Wait();
}

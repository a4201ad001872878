//===- boost/asio.hpp - declarations for tests ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names and signatures of Boost.Asio that the tests use. What takes a
// callable has a body because closures have no linkage.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <future>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace boost {
namespace system {

class error_code {
public:
  explicit operator bool() const noexcept;
  std::string message() const;
};

} // namespace system

namespace asio {

using boost::system::error_code;

class execution_context {
public:
  execution_context();
  ~execution_context();
};

namespace execution {

template <typename... Properties> class any_executor {
public:
  any_executor() noexcept;
  any_executor(const any_executor &) noexcept;
  template <typename Executor> any_executor(Executor Ex);
  template <typename Executor> any_executor &operator=(Executor Ex);
};

} // namespace execution

using any_io_executor = execution::any_executor<execution_context &>;

class io_context : public execution_context {
public:
  template <typename Allocator, unsigned Bits> class basic_executor_type {
  public:
    io_context &context() const noexcept;
    bool running_in_this_thread() const noexcept;
    template <typename Function> void execute(Function &&f) const {
      std::terminate();
    }
  };
  using executor_type = basic_executor_type<void, 0>;
  class strand;

  io_context();
  explicit io_context(int ConcurrencyHint);
  executor_type get_executor() noexcept;
  std::size_t run();
  std::size_t run_one();
  std::size_t poll();
  void stop();
  template <typename LegacyCompletionHandler>
  void post(LegacyCompletionHandler &&handler) {
    std::terminate();
  }
  template <typename LegacyCompletionHandler>
  void dispatch(LegacyCompletionHandler &&handler) {
    std::terminate();
  }
};

class io_context::strand {
public:
  explicit strand(io_context &Context);
  template <typename LegacyCompletionHandler>
  void post(LegacyCompletionHandler &&handler) {
    std::terminate();
  }
  template <typename Handler> Handler wrap(Handler handler) {
    std::terminate();
  }
  bool running_in_this_thread() const noexcept;
};

class thread_pool : public execution_context {
public:
  template <typename Allocator, unsigned Bits> class basic_executor_type {
  public:
    thread_pool &context() const noexcept;
    template <typename Function> void execute(Function &&f) const {
      std::terminate();
    }
  };
  using executor_type = basic_executor_type<void, 0>;

  thread_pool();
  explicit thread_pool(std::size_t NumThreads);
  ~thread_pool();
  executor_type get_executor() noexcept;
  void stop();
  void join();
};

template <typename Executor> class strand {
public:
  using inner_executor_type = Executor;
  template <typename Executor1> explicit strand(const Executor1 &Ex);
  bool running_in_this_thread() const noexcept;
};

template <typename Executor> strand<Executor> make_strand(const Executor &ex);
template <typename ExecutionContext>
  requires std::is_base_of_v<execution_context, ExecutionContext>
strand<typename ExecutionContext::executor_type>
make_strand(ExecutionContext &ctx);

//===----------------------------------------------------------------------===//
// Coroutines and completion tokens
//===----------------------------------------------------------------------===//

template <typename T, typename Executor = any_io_executor> class awaitable;

namespace this_coro {
struct executor_t {};
inline constexpr executor_t executor;
} // namespace this_coro

template <typename Executor = any_io_executor> struct use_awaitable_t {};
inline constexpr use_awaitable_t<> use_awaitable;
struct use_future_t {};
inline constexpr use_future_t use_future;
struct detached_t {};
inline constexpr detached_t detached;
template <typename Token> struct redirect_error_t {};
template <typename CompletionToken>
redirect_error_t<std::decay_t<CompletionToken>>
redirect_error(CompletionToken &&completion_token, error_code &ec) {
  std::terminate();
}

template <typename T, typename Executor> struct executor_binder {};
template <typename Executor, typename T>
executor_binder<std::decay_t<T>, Executor> bind_executor(const Executor &ex,
                                                         T &&t) {
  std::terminate();
}
template <typename ExecutionContext, typename T>
  requires std::is_base_of_v<execution_context, ExecutionContext>
executor_binder<std::decay_t<T>, typename ExecutionContext::executor_type>
bind_executor(ExecutionContext &ctx, T &&t) {
  std::terminate();
}

template <typename CompletionToken, typename Result> struct async_result {
  using type = void;
};
template <typename Executor, typename Result>
struct async_result<use_awaitable_t<Executor>, Result> {
  using type = awaitable<Result, Executor>;
};
template <typename Result> struct async_result<use_future_t, Result> {
  using type = std::future<Result>;
};
template <typename Token, typename Result>
struct async_result<redirect_error_t<Token>, Result>
    : async_result<Token, Result> {};
template <typename Token, typename Ex, typename Result>
struct async_result<executor_binder<Token, Ex>, Result>
    : async_result<Token, Result> {};
template <typename Token, typename Result>
using async_result_t =
    typename async_result<std::decay_t<Token>, Result>::type;

namespace detail {

struct any_awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  any_io_executor await_resume() noexcept;
};

template <typename T> struct awaitable_promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  any_awaiter await_transform(this_coro::executor_t) noexcept;
  template <typename U, typename Executor>
  awaitable<U, Executor> await_transform(awaitable<U, Executor> A) const;
  template <typename U> void return_value(U &&Value);
};

template <> struct awaitable_promise_base<void> {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  any_awaiter await_transform(this_coro::executor_t) noexcept;
  template <typename U, typename Executor>
  awaitable<U, Executor> await_transform(awaitable<U, Executor> A) const;
  void return_void();
};

} // namespace detail

template <typename T, typename Executor> class [[nodiscard]] awaitable {
public:
  struct promise_type : detail::awaitable_promise_base<T> {
    awaitable get_return_object() noexcept;
  };
  awaitable() noexcept;
  awaitable(awaitable &&Other) noexcept;
  ~awaitable();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

template <typename Executor, typename T, typename AwaitableExecutor,
          typename CompletionToken>
async_result_t<CompletionToken, T> co_spawn(const Executor &ex,
                                            awaitable<T, AwaitableExecutor> a,
                                            CompletionToken &&token) {
  std::terminate();
}
template <typename Executor, typename F, typename CompletionToken>
  requires std::is_invocable_v<F>
async_result_t<CompletionToken, void> co_spawn(const Executor &ex, F &&f,
                                               CompletionToken &&token) {
  std::terminate();
}
template <typename ExecutionContext, typename T, typename AwaitableExecutor,
          typename CompletionToken>
  requires std::is_base_of_v<execution_context, ExecutionContext>
async_result_t<CompletionToken, T> co_spawn(ExecutionContext &ctx,
                                            awaitable<T, AwaitableExecutor> a,
                                            CompletionToken &&token) {
  std::terminate();
}
template <typename ExecutionContext, typename F, typename CompletionToken>
  requires(std::is_base_of_v<execution_context, ExecutionContext> &&
           std::is_invocable_v<F>)
async_result_t<CompletionToken, void> co_spawn(ExecutionContext &ctx, F &&f,
                                               CompletionToken &&token) {
  std::terminate();
}

#define NOSTALL_MOCK_POST(NAME)                                                \
  template <typename Executor, typename CompletionToken>                       \
  async_result_t<CompletionToken, void> NAME(const Executor &ex,               \
                                             CompletionToken &&token) {        \
    std::terminate();                                                          \
  }                                                                            \
  template <typename ExecutionContext, typename CompletionToken>               \
    requires std::is_base_of_v<execution_context, ExecutionContext>            \
  async_result_t<CompletionToken, void> NAME(ExecutionContext &ctx,            \
                                             CompletionToken &&token) {        \
    std::terminate();                                                          \
  }                                                                            \
  template <typename CompletionToken>                                          \
  async_result_t<CompletionToken, void> NAME(CompletionToken &&token) {        \
    std::terminate();                                                          \
  }
NOSTALL_MOCK_POST(post)
NOSTALL_MOCK_POST(dispatch)
NOSTALL_MOCK_POST(defer)
#undef NOSTALL_MOCK_POST

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

struct mutable_buffer {};
mutable_buffer buffer(void *Data, std::size_t Size);
template <std::size_t N> mutable_buffer buffer(char (&Data)[N]);
mutable_buffer buffer(std::string &Data);

template <typename Clock, typename Executor = any_io_executor>
class basic_waitable_timer {
public:
  explicit basic_waitable_timer(const Executor &ex);
  template <typename ExecutionContext>
    requires std::is_base_of_v<execution_context, ExecutionContext>
  explicit basic_waitable_timer(ExecutionContext &context);
  template <typename ExecutionContext>
    requires std::is_base_of_v<execution_context, ExecutionContext>
  basic_waitable_timer(ExecutionContext &context,
                       const typename Clock::duration &expiry);
  Executor get_executor() noexcept;
  std::size_t expires_after(const typename Clock::duration &expiry);
  std::size_t cancel();
  void wait();
  template <typename WaitHandler>
  async_result_t<WaitHandler, void> async_wait(WaitHandler &&handler) {
    std::terminate();
  }
};
using steady_timer = basic_waitable_timer<std::chrono::steady_clock>;

template <typename Executor = any_io_executor> class basic_signal_set {
public:
  template <typename ExecutionContext>
  basic_signal_set(ExecutionContext &context, int signal);
  template <typename SignalHandler>
  async_result_t<SignalHandler, int> async_wait(SignalHandler &&handler) {
    std::terminate();
  }
};
using signal_set = basic_signal_set<>;

template <typename Protocol, typename Executor = any_io_executor>
class basic_socket {
public:
  using endpoint_type = typename Protocol::endpoint;
  template <typename ExecutionContext>
    requires std::is_base_of_v<execution_context, ExecutionContext>
  explicit basic_socket(ExecutionContext &context);
  explicit basic_socket(const Executor &ex);
  basic_socket(basic_socket &&other);
  Executor get_executor() noexcept;
  void connect(const endpoint_type &peer_endpoint);
  template <typename ConnectHandler>
  async_result_t<ConnectHandler, void>
  async_connect(const endpoint_type &peer_endpoint, ConnectHandler &&handler) {
    std::terminate();
  }
  void close();
};

template <typename Protocol, typename Executor = any_io_executor>
class basic_stream_socket : public basic_socket<Protocol, Executor> {
public:
  using basic_socket<Protocol, Executor>::basic_socket;
  template <typename MutableBufferSequence>
  std::size_t read_some(const MutableBufferSequence &buffers);
  template <typename ConstBufferSequence>
  std::size_t write_some(const ConstBufferSequence &buffers);
  template <typename MutableBufferSequence, typename ReadHandler>
  async_result_t<ReadHandler, std::size_t>
  async_read_some(const MutableBufferSequence &buffers, ReadHandler &&handler) {
    std::terminate();
  }
};

template <typename Protocol, typename Executor = any_io_executor>
class basic_socket_acceptor {
public:
  template <typename ExecutionContext>
  basic_socket_acceptor(ExecutionContext &context,
                        const typename Protocol::endpoint &endpoint);
  basic_stream_socket<Protocol, Executor> accept();
  template <typename MoveAcceptHandler>
  async_result_t<MoveAcceptHandler, basic_stream_socket<Protocol, Executor>>
  async_accept(MoveAcceptHandler &&handler) {
    std::terminate();
  }
};

namespace ip {

template <typename Protocol> class basic_endpoint {};

template <typename Protocol, typename Executor = any_io_executor>
class basic_resolver {
public:
  struct results_type {};
  template <typename ExecutionContext>
    requires std::is_base_of_v<execution_context, ExecutionContext>
  explicit basic_resolver(ExecutionContext &context);
  explicit basic_resolver(const Executor &ex);
  results_type resolve(std::string_view host, std::string_view service);
  template <typename ResolveHandler>
  async_result_t<ResolveHandler, results_type>
  async_resolve(std::string_view host, std::string_view service,
                ResolveHandler &&handler) {
    std::terminate();
  }
};

class tcp {
public:
  using endpoint = basic_endpoint<tcp>;
  using socket = basic_stream_socket<tcp>;
  using acceptor = basic_socket_acceptor<tcp>;
  using resolver = basic_resolver<tcp>;
};

} // namespace ip

template <typename SyncReadStream, typename MutableBufferSequence>
std::size_t read(SyncReadStream &s, const MutableBufferSequence &buffers);
template <typename SyncWriteStream, typename ConstBufferSequence>
std::size_t write(SyncWriteStream &s, const ConstBufferSequence &buffers);
template <typename AsyncReadStream, typename MutableBufferSequence,
          typename ReadHandler>
async_result_t<ReadHandler, std::size_t>
async_read(AsyncReadStream &s, const MutableBufferSequence &buffers,
           ReadHandler &&handler) {
  std::terminate();
}
template <typename AsyncWriteStream, typename ConstBufferSequence,
          typename WriteHandler>
async_result_t<WriteHandler, std::size_t>
async_write(AsyncWriteStream &s, const ConstBufferSequence &buffers,
            WriteHandler &&handler) {
  std::terminate();
}

} // namespace asio
} // namespace boost

// Like Boost.Asio 1.74: for Clang there is an awaitable only if one says so, and
// it needs what GCC's <coroutine> brings in.
#pragma once

#if defined(BOOST_ASIO_HAS_CO_AWAIT) && defined(BOOST_ASIO_HAS_STD_COROUTINE)
#include <coroutine>

namespace boost::asio {

template <typename T> struct awaitable {
  struct promise_type {
    awaitable get_return_object() {
      Resumed = std::exchange(Resumed, true);
      return {};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
    void return_void() {}
    bool Resumed = false;
  };
};

} // namespace boost::asio
#endif

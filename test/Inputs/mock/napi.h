// As much of node-addon-api as the tests need.
#pragma once

namespace Napi {

struct Env {};
struct Value {};
struct CallbackInfo {
  Env Env() const;
  int operator[](int) const;
};
struct PropertyDescriptor {};

struct Function {
  template <typename Callable>
  static Function New(Env env, Callable cb, const char *utf8name = nullptr,
                      void *data = nullptr) {
    return {};
  }
  template <Value (*Callback)(const CallbackInfo &)>
  static Function New(Env env, const char *utf8name = nullptr);
};

template <typename T> struct InstanceWrap {
  using Method = Value (T::*)(const CallbackInfo &);
  using Getter = Value (T::*)(const CallbackInfo &);
  using Setter = void (T::*)(const CallbackInfo &, const Value &);
  static PropertyDescriptor InstanceMethod(const char *name, Method method);
  static PropertyDescriptor InstanceAccessor(const char *name, Getter getter,
                                             Setter setter);
};

template <typename T> struct ObjectWrap : InstanceWrap<T> {
  using StaticFunction = Value (*)(const CallbackInfo &);
  static PropertyDescriptor StaticMethod(const char *name,
                                         StaticFunction method);
};

class AsyncWorker {
public:
  virtual ~AsyncWorker();
  void Queue();

protected:
  explicit AsyncWorker(const Function &callback);
  virtual void Execute() = 0;
  virtual void OnOK();
};

} // namespace Napi

#include "session.h"

#include "util.h"

#include <cerrno>

#include <sys/socket.h>

namespace depot {

namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kLargestValue = 16u << 20;

std::string frame(const std::string &status, const std::string &body) {
  return status + ' ' + std::to_string(body.size()) + '\n' + body;
}

} // namespace

asio::awaitable<std::string> SocketReader::read() {
  const std::size_t size = co_await asio::async_read_until(
      socket_, asio::dynamic_buffer(buffer_, kLongestLine), '\n',
      asio::use_awaitable);
  std::string line = trim(buffer_.substr(0, size));
  buffer_.erase(0, size);
  co_return line;
}

asio::awaitable<std::string> SocketReader::read(std::size_t size) {
  std::string data = buffer_.substr(0, size);
  buffer_.erase(0, data.size());
  const std::size_t had = data.size();
  data.resize(size);
  co_await asio::async_read(socket_,
                            asio::buffer(data.data() + had, size - had),
                            asio::use_awaitable);
  co_return data;
}

Session::Session(tcp::socket socket, App &app, Commands &commands)
    : socket_(std::move(socket)), reader_(socket_), app_(app),
      commands_(commands), id_(sessionId(app.board.opened())) {}

void Session::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> Session::run() {
  app_.events.note("open " + id_);
  try {
    // TRAP(member-read): SocketReader::read awaits an async_read_until
    std::string line = co_await reader_.read();
    if (line.starts_with("GET /")) {
      co_await serveHttp(line);
    } else {
      while (co_await serveCommand(line))
        line = co_await reader_.read();
    }
  } catch (const boost::system::system_error &) {
    // The client has left.
  }
  close();
  app_.board.closed();
  app_.events.note("close " + id_);
}

asio::awaitable<void> Session::serveHttp(const std::string &requestLine) {
  while (!(co_await reader_.read()).empty()) {
    // No header makes a difference here.
  }
  const std::string response = app_.http.respond(requestLine);
  co_await asio::async_write(socket_, asio::buffer(response),
                             asio::use_awaitable);
}

asio::awaitable<bool> Session::serveCommand(const std::string &line) {
  const auto start = Metrics::Clock::now();
  const Request request{splitWords(line), user_};
  if (request.words.empty())
    co_return true;
  std::string reply;
  try {
    reply = frame("OK", co_await answer(request));
  } catch (const std::exception &error) {
    reply = frame("ERR", error.what());
  }
  app_.metrics.record(Metrics::Clock::now() - start);
  if (peerIsGone())
    co_return false;
  co_await asio::async_write(socket_, asio::buffer(reply), asio::use_awaitable);
  if (request.verb() == "shutdown")
    app_.requestStop();
  co_return request.verb() != "shutdown" && request.verb() != "quit";
}

asio::awaitable<std::string> Session::answer(const Request &request) {
  if (request.verb() == "put")
    co_return co_await put(request);
  if (request.verb() == "login")
    co_return logIn(request);
  if (request.verb() == "quit" || request.verb() == "shutdown")
    co_return "bye";
  co_return co_await commands_.run(request);
}

asio::awaitable<std::string> Session::put(const Request &request) {
  const std::string &key = request.word(1);
  const std::size_t size = parseSize(request.word(2), kLargestValue);
  std::string value = co_await reader_.read(size);
  std::string record = "put " + key + ' ' + value + '\n';
  co_await app_.wal.append(std::move(record));
  store(key, std::move(value));
  co_return "stored";
}

void Session::store(const std::string &key, std::string value) {
  const AuditScope audit(app_.audit, {user_, "put", key, value});
  app_.storage.put(key, std::move(value));
}

std::string Session::logIn(const Request &request) {
  if (!app_.accounts.verify(request.word(1), request.word(2)))
    throw CommandError("wrong user or password");
  user_ = request.word(1);
  return "welcome";
}

bool Session::peerIsGone() {
  char byte = 0;
  const int fd = socket_.native_handle();
  // TRAP(peek-dontwait): MSG_DONTWAIT, so it only looks
  const auto got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
}

} // namespace depot

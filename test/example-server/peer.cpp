#include "peer.h"

#include "util.h"

namespace depot {

namespace {

constexpr std::size_t kLargestReply = 1u << 20;

tcp::endpoint lookUp(asio::io_context &io, const std::string &host,
                     const std::string &service) {
  tcp::resolver resolver(io);
  boost::system::error_code error;
  // PLANTED(peer-lookup): the synchronous resolver asks the name servers
  const auto found = resolver.resolve(tcp::v4(), host, service, error);
  if (error)
    throw CommandError("cannot resolve " + host);
  return found.begin()->endpoint();
}

/// All that the peer sends until it closes the connection.
std::string readToEnd(tcp::socket &socket) {
  std::string data;
  boost::system::error_code error;
  // PLANTED(peer-read): a synchronous read, until the peer has answered
  asio::read(socket, asio::dynamic_buffer(data, kLargestReply), error);
  if (error && error != asio::error::eof)
    throw CommandError("the peer is gone");
  return data;
}

/// The body of a reply: `OK size`, a newline and the body.
std::string bodyOf(const std::string &reply) {
  const auto newline = reply.find('\n');
  const auto words = splitWords(reply.substr(0, newline));
  if (newline == std::string::npos || words.size() != 2 || words[0] != "OK")
    throw CommandError("the peer does not have it");
  return reply.substr(newline + 1, parseSize(words[1], kLargestReply));
}

} // namespace

std::string Peer::choose(const std::string &host, const std::string &service) {
  endpoint_ = lookUp(io_, host, service);
  return endpoint_.address().to_string();
}

asio::awaitable<std::string> Peer::pull(std::string key) {
  tcp::socket socket(io_);
  co_await socket.async_connect(endpoint_, asio::use_awaitable);
  const std::string question = "get " + key + "\nquit\n";
  co_await asio::async_write(socket, asio::buffer(question),
                             asio::use_awaitable);
  co_return bodyOf(readToEnd(socket));
}

} // namespace depot

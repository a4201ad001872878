// Both ends of a connection on one loop: with calls that block it would wait for
// itself.
#include <utility>

#include <boost/asio.hpp>

#include <array>
#include <cstdio>
#include <iostream>
#include <string>

namespace net = boost::asio;
using net::ip::tcp;

static net::awaitable<void> serve(tcp::acceptor Acceptor) {
  net::steady_timer Timer(co_await net::this_coro::executor,
                          std::chrono::milliseconds(1));
  Timer.wait();
  std::cout << "from " << Acceptor.accept().remote_endpoint().address() << '\n';
  tcp::socket Peer = Acceptor.accept();
  std::array<char, 4> Data;
  if (net::read(Peer, net::buffer(Data)) != Data.size())
    co_return;
  net::write(Peer, net::buffer(Data.data(), Peer.read_some(net::buffer(Data))));
  boost::system::error_code Error;
  while (!Error)
    Peer.read_some(net::buffer(Data), Error);
  std::cout << "server: " << (Error == net::error::eof) << '\n';
}

class Client {
public:
  explicit Client(net::io_context &Io) : Pool(1), Socket(Io), Resolver(Io) {}

  net::awaitable<void> run(std::string Host, std::string Port) {
    co_await net::post(net::use_awaitable);
    tcp::resolver::results_type Found = Resolver.resolve(Host, Port);
    {
      tcp::socket First(Socket.get_executor());
      net::connect(First, Found);
    }
    this->Socket.connect(tcp::endpoint(
        net::ip::make_address("127.0.0.1"),
        Found.begin()->endpoint().port()));
    net::write(Socket, net::buffer("ping", 4));
    (void)Socket.write_some(net::buffer("pong", 4));
    std::string Text;
    boost::system::error_code Error;
    net::read_until(Socket, net::dynamic_buffer(Text), 'g', Error);
    int Sum = net::co_spawn(Pool, add(1, 2), net::use_future).get();
    std::cout << "client: " << Text << Error.message() << ' ' << Sum << '\n';
    Socket.close();
  }

private:
  static net::awaitable<int> add(int A, int B) { co_return A + B; }

  net::thread_pool Pool;
  tcp::socket Socket;
  tcp::resolver Resolver;
};

int main() {
  net::io_context Io;
  tcp::acceptor Acceptor(Io, tcp::endpoint(tcp::v4(), 0));
  std::string Port = std::to_string(Acceptor.local_endpoint().port());
  net::co_spawn(Io, serve(std::move(Acceptor)), net::detached);
  Client Caller(Io);
  net::co_spawn(Io, Caller.run("localhost", Port), net::detached);
  Io.run();
}

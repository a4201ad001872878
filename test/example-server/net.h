#pragma once

#include <utility> // Asio 1.74 uses std::exchange without including this.

#include <boost/asio.hpp>

namespace depot {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

} // namespace depot

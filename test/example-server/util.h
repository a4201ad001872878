#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace depot {

/// A command that cannot be carried out; the text goes to the client.
class CommandError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

std::string trim(std::string_view text);
std::vector<std::string> splitWords(std::string_view line);
std::size_t parseSize(std::string_view text, std::size_t limit);

/// Throws a CommandError if `name` could leave the directory it is put below.
const std::string &checkedName(const std::string &name);

std::string hex(std::uint64_t value);
std::uint64_t mix(std::uint64_t state, std::uint64_t value);
std::string sessionId(std::uint64_t number);

} // namespace depot

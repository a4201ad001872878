#include "util.h"

#include <algorithm>
#include <charconv>

namespace depot {

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  const auto last = text.find_last_not_of(" \t\r\n");
  return std::string(text.substr(first, last - first + 1));
}

std::vector<std::string> splitWords(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t\r\n", at)) !=
         std::string_view::npos) {
    const auto end = std::min(line.find_first_of(" \t\r\n", at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::size_t parseSize(std::string_view text, std::size_t limit) {
  std::size_t value = 0;
  const char *const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value > limit)
    throw CommandError("bad size: " + std::string(text));
  return value;
}

const std::string &checkedName(const std::string &name) {
  if (name.empty() || name.front() == '/' ||
      name.find("..") != std::string::npos)
    throw CommandError("bad name: " + name);
  return name;
}

std::string hex(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = digits[(value >> (60 - 4 * i)) & 0xF];
  return text;
}

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state ^= value + 0x9E3779B97F4A7C15u + (state << 6) + (state >> 2);
  state *= 0xFF51AFD7ED558CCDu;
  return state ^ (state >> 33);
}

std::string sessionId(std::uint64_t number) {
  std::uint64_t state = 0x6A09E667F3BCC908u;
  // TRAP(sixteen-rounds): a small, constant number of cheap rounds
  for (int round = 0; round < 16; ++round)
    state = mix(state, number);
  return hex(state);
}

} // namespace depot

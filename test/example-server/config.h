#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace depot {

struct Config {
  std::uint16_t port = 0;
  std::filesystem::path file = "depot.conf";
  std::filesystem::path dataDir;
  bool temporaryData = false; ///< The data directory goes when the server does.
  unsigned poolThreads = 4;
  std::string hook = "sleep 0.1";
  std::chrono::milliseconds renameGrace{60};
  std::map<std::string, std::string> users{{"demo", "secret"}};
};

/// Understands --port N, --data DIR and --config FILE.
Config parseArguments(int argc, char **argv);

/// Reads `name = value` lines over the defaults; no file, no change.
void readConfigFile(Config &config);

} // namespace depot

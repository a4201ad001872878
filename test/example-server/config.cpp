#include "config.h"

#include "util.h"

#include <fstream>
#include <stdexcept>

#include <unistd.h>

namespace depot {

namespace {

void apply(Config &config, const std::string &name, const std::string &value) {
  if (name == "hook")
    config.hook = value;
  else if (name == "pool_threads")
    config.poolThreads = static_cast<unsigned>(parseSize(value, 64));
  else if (name == "rename_grace_ms")
    config.renameGrace = std::chrono::milliseconds(parseSize(value, 1000));
  else if (name.starts_with("user."))
    config.users[name.substr(5)] = value;
  else
    throw std::runtime_error("unknown setting: " + name);
}

} // namespace

Config parseArguments(int argc, char **argv) {
  Config config;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc)
      throw std::runtime_error("no value for " + option);
    const std::string value = argv[i + 1];
    if (option == "--port")
      config.port = static_cast<std::uint16_t>(parseSize(value, 65535));
    else if (option == "--data")
      config.dataDir = value;
    else if (option == "--config")
      config.file = value;
    else
      throw std::runtime_error("unknown option: " + option);
  }
  if (config.dataDir.empty()) {
    config.temporaryData = true;
    config.dataDir = std::filesystem::temp_directory_path() /
                     ("depot-" + std::to_string(::getpid()));
  }
  return config;
}

void readConfigFile(Config &config) {
  // TRAP(config-read): called from main only, before io_context::run
  std::ifstream in(config.file);
  std::string line;
  while (std::getline(in, line)) {
    line = trim(line);
    const auto equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string::npos)
      continue;
    apply(config, trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
  }
}

} // namespace depot

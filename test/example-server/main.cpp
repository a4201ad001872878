#include "app.h"
#include "config.h"
#include "sample_data.h"
#include "server.h"

#include <exception>
#include <filesystem>
#include <iostream>

using namespace depot;

int main(int argc, char **argv) {
  try {
    Config config = parseArguments(argc, argv);
    readConfigFile(config);
    std::filesystem::create_directories(config.dataDir);
    writeSampleFiles(config.dataDir / "assets");

    asio::io_context io(1);
    asio::thread_pool pool(config.poolThreads);
    {
      App app(config, io, pool);
      addSampleEntries(app.storage);
      Server server(app, config.port);
      server.start();
      std::cout << "listening on " << server.port() << std::endl;
      io.run();
      // TRAP(pool-join): after io_context::run has returned
      pool.join();
      app.hooks.finish();
    }
    if (config.temporaryData)
      // TRAP(remove-data): after io_context::run has returned
      std::filesystem::remove_all(config.dataDir);
    return 0;
  } catch (const std::exception &error) {
    std::cerr << "depot: " << error.what() << '\n';
    return 1;
  }
}

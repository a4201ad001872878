#pragma once

#include "storage.h"

#include <filesystem>

namespace depot {

/// Fills a new data directory with files to serve, so that a fresh server has
/// something to show.
void writeSampleFiles(const std::filesystem::path &assets);

void addSampleEntries(Storage &storage);

} // namespace depot

#pragma once

#include "assets.h"
#include "audit_log.h"
#include "auth.h"
#include "checkpoint.h"
#include "config.h"
#include "digest.h"
#include "heartbeat.h"
#include "hooks.h"
#include "http_files.h"
#include "maintenance.h"
#include "metrics.h"
#include "net.h"
#include "peer.h"
#include "storage.h"
#include "wal.h"

#include <functional>

namespace depot {

/// All that the sessions share.
struct App {
  App(const Config &config, asio::io_context &loop, asio::thread_pool &workers)
      : io(loop), pool(workers), dataDir(config.dataDir),
        storage(config.renameGrace), wal(io, pool, dataDir / "wal"),
        checkpointer(pool, storage, dataDir), accounts(pool, config.users),
        audit(dataDir / "audit"), events(pool, dataDir / "events"),
        assets(pool, metrics, dataDir / "assets"), http(dataDir / "assets"),
        digester(dataDir / "assets"), hooks(config.hook, dataDir / "hooks"),
        peer(io), maintenance(dataDir / "maintenance.lock"),
        heartbeat(board, dataDir / "heartbeat") {}

  asio::io_context &io;
  asio::thread_pool &pool;
  const std::filesystem::path dataDir;
  Storage storage;
  WriteAheadLog wal;
  Checkpointer checkpointer;
  Accounts accounts;
  AuditLog audit;
  EventLog events;
  Metrics metrics;
  AssetTree assets;
  HttpFiles http;
  FileDigester digester;
  HookRunner hooks;
  Peer peer;
  MaintenanceLock maintenance;
  SessionBoard board;
  Heartbeat heartbeat;
  std::function<void()> requestStop;
};

} // namespace depot

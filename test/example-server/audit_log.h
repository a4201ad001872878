#pragma once

#include "net.h"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace depot {

struct AuditRecord {
  std::string user;
  std::string action;
  std::string key;
  std::string body;

  void print(std::ostream &out) const;
};

/// Who changed what: required to be complete, body and all.
class AuditLog {
public:
  explicit AuditLog(std::filesystem::path path) : path_(std::move(path)) {}

  void write(AuditRecord record);
  /// The text of the newest record.
  std::string newest() const;

private:
  const std::filesystem::path path_;
  std::optional<AuditRecord> newest_;
};

/// Records a change when the scope that makes it is left, however it is left.
class AuditScope {
public:
  AuditScope(AuditLog &log, AuditRecord record)
      : log_(log), record_(std::move(record)) {}
  ~AuditScope();
  AuditScope(const AuditScope &) = delete;
  AuditScope &operator=(const AuditScope &) = delete;

private:
  AuditLog &log_;
  AuditRecord record_;
};

/// A chatty log for humans; may be called from any thread.
class EventLog {
public:
  EventLog(asio::thread_pool &pool, std::filesystem::path path)
      : strand_(pool.get_executor()), path_(std::move(path)) {}

  void note(std::string line);

private:
  asio::strand<asio::thread_pool::executor_type> strand_;
  const std::filesystem::path path_;
};

} // namespace depot

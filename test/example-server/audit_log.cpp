#include "audit_log.h"

#include <fstream>
#include <sstream>

namespace depot {

void AuditRecord::print(std::ostream &out) const {
  out << user << ' ' << action << ' ' << key << ' ' << body.size() << '\n'
      << body << '\n';
}

void AuditLog::write(AuditRecord record) {
  // PLANTED(audit-destructor): ~AuditScope opens and writes a file here
  std::ofstream out(path_, std::ios::app);
  record.print(out);
  out.flush();
  newest_ = std::move(record);
}

std::string AuditLog::newest() const {
  if (!newest_)
    return "nothing yet";
  std::ostringstream out;
  // TRAP(print-to-string): the same print, into memory
  newest_->print(out);
  return std::move(out).str();
}

AuditScope::~AuditScope() { log_.write(std::move(record_)); }

void EventLog::note(std::string line) {
  if (!strand_.running_in_this_thread()) {
    asio::post(strand_, [this, line = std::move(line)]() mutable {
      note(std::move(line));
    });
    return;
  }
  // TRAP(thread-guard): on the pool's strand, all other threads left above
  std::ofstream out(path_, std::ios::app);
  out << line << '\n';
}

} // namespace depot

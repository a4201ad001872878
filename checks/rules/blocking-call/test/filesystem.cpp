// RUN: %check_nostall %s
// std::filesystem asks the disk; paths alone do not.

#include <filesystem>
#include <fstream>
#include <system_error>

#define ON_LOOP [[clang::annotate("nostall::loop")]]
namespace fs = std::filesystem;

ON_LOOP bool bad_exists(const fs::path &P) {
  return fs::exists(P);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'std::filesystem::exists' may block the event loop: it waits for the file system [nostall-blocking-call]
}

ON_LOOP bool bad_exists_no_throw(const fs::path &P) {
  std::error_code Error;
  return fs::exists(P, Error);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'std::filesystem::exists' may block the event loop: {{.*}} [nostall-blocking-call]
}

// The status is there already.
ON_LOOP bool ok_exists(fs::file_status S) {
  return fs::exists(S) && fs::is_regular_file(S);
}

ON_LOOP fs::path ok_paths(const fs::path &P) {
  return (P / "log" / P.filename()).replace_extension(".txt").lexically_normal();
}

ON_LOOP void bad_changes(const fs::path &P) {
  fs::remove_all(P);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::filesystem::remove_all' may block the event loop: {{.*}} [nostall-blocking-call]
  fs::create_directories(P / "cache");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::filesystem::create_directories' may block the event loop: {{.*}} [nostall-blocking-call]
  fs::rename(P / "a", P / "b");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::filesystem::rename' may block the event loop: {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_directory(const fs::path &P) {
  fs::directory_iterator I(P);
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the constructor of 'std::filesystem::directory_iterator' may block the event loop: it reads a directory [nostall-blocking-call]
}

ON_LOOP void bad_next(fs::directory_iterator &I) {
  ++I;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::filesystem::directory_iterator::operator++' may block the event loop: it reads a directory [nostall-blocking-call]
}

// Mostly answered from what reading the directory gave.
ON_LOOP bool ok_entry(const fs::directory_entry &Entry) {
  return Entry.is_directory() && Entry.exists();
}

ON_LOOP bool ok_directory_end(const fs::directory_iterator &I) {
  return I == fs::directory_iterator();
}

ON_LOOP auto bad_size(const fs::path &P) {
  return fs::file_size(P);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'std::filesystem::file_size' may block the event loop: {{.*}} [nostall-blocking-call]
}

static bool isFresh(const fs::path &P) {
  return fs::last_write_time(P) > fs::file_time_type::min();
}
ON_LOOP void bad_through_helper(const fs::path &P) {
  if (isFresh(P))
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'isFresh' may block the event loop in 'std::filesystem::last_write_time': {{.*}} [nostall-blocking-call]
    return;
}

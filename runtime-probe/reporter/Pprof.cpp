//===- Pprof.cpp - stalls as a profile of the pprof tool --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Formats.h"

#include "reporter/StackShape.h"

#include "pprof_profile.pb.h"

#include "llvm/ADT/ArrayRef.h"

#include <zlib.h>

#include <algorithm>
#include <map>

namespace nostall::report {
namespace {

class ProfileBuilder {
public:
  ProfileBuilder() { text(""); }
  std::string build(const StallReport &Report);

private:
  int64_t text(const std::string &Text);
  uint64_t function(const Frame &F);
  uint64_t mapping(const std::string &Module);
  uint64_t location(llvm::ArrayRef<Frame> Inlined);
  void type(pprof::ValueType &Type, const char *Name, const char *Unit);
  void samples(const std::vector<Signature> &Kinds, bool Unfinished);
  void label(pprof::Sample &Sample, const char *Key, const std::string &Value);

  pprof::Profile Profile;
  std::map<std::string, int64_t> Texts;
  std::map<std::pair<std::string, std::string>, uint64_t> Functions;
  std::map<std::string, uint64_t> Mappings;
  /// By the mapping, and function and line of each frame.
  std::map<std::vector<uint64_t>, uint64_t> Locations;
};

int64_t ProfileBuilder::text(const std::string &Text) {
  auto [It, New] = Texts.try_emplace(Text, Profile.string_table_size());
  if (New)
    Profile.add_string_table(Text);
  return It->second;
}

uint64_t ProfileBuilder::function(const Frame &F) {
  std::string Name = frameName(F);
  auto [It, New] =
      Functions.try_emplace({Name, F.File}, Profile.function_size() + 1);
  if (New) {
    pprof::Function &Added = *Profile.add_function();
    Added.set_id(It->second);
    Added.set_name_text(text(Name));
    Added.set_file_text(text(F.File));
  }
  return It->second;
}

uint64_t ProfileBuilder::mapping(const std::string &Module) {
  if (Module.empty())
    return 0;
  auto [It, New] = Mappings.try_emplace(Module, Profile.mapping_size() + 1);
  if (New) {
    pprof::Mapping &Added = *Profile.add_mapping();
    Added.set_id(It->second);
    Added.set_file_text(text(Module));
    // Otherwise pprof would look for the file, and symbolise no addresses.
    Added.set_has_functions(true);
    Added.set_has_filenames(true);
    Added.set_has_line_numbers(true);
    Added.set_has_inline_frames(true);
  }
  return It->second;
}

/// Frames of one machine frame: those inlined into the last one, and it.
uint64_t ProfileBuilder::location(llvm::ArrayRef<Frame> Inlined) {
  std::vector<uint64_t> Key = {mapping(Inlined.back().Module)};
  for (const Frame &F : Inlined) {
    Key.push_back(function(F));
    Key.push_back(F.Line);
  }
  auto [It, New] = Locations.try_emplace(Key, Profile.location_size() + 1);
  if (New) {
    pprof::Location &Added = *Profile.add_location();
    Added.set_id(It->second);
    Added.set_mapping_id(Key[0]);
    for (size_t I = 1; I + 1 < Key.size(); I += 2) {
      pprof::Line &Line = *Added.add_line();
      Line.set_function_id(Key[I]);
      Line.set_line(static_cast<int64_t>(Key[I + 1]));
    }
  }
  return It->second;
}

void ProfileBuilder::type(pprof::ValueType &Type, const char *Name,
                          const char *Unit) {
  Type.set_type_text(text(Name));
  Type.set_unit_text(text(Unit));
}

void ProfileBuilder::label(pprof::Sample &Sample, const char *Key,
                           const std::string &Value) {
  if (Value.empty())
    return;
  pprof::Label &Label = *Sample.add_label();
  Label.set_key_text(text(Key));
  Label.set_value_text(text(Value));
}

void ProfileBuilder::samples(const std::vector<Signature> &Kinds,
                             bool Unfinished) {
  for (const Signature &S : Kinds) {
    std::vector<uint64_t> Way;
    if (!S.Call.empty()) {
      Frame Call;
      Call.Function = S.Call;
      Way.push_back(location(Call));
    }
    llvm::ArrayRef<Frame> Rest = placeOf(S.Frames, S.Cause);
    while (!Rest.empty()) {
      size_t Size = 1;
      while (Size < Rest.size() && Rest[Size - 1].Inlined)
        ++Size;
      Way.push_back(location(Rest.take_front(Size)));
      Rest = Rest.drop_front(Size);
    }
    for (const ThreadShare &T : S.Threads) {
      pprof::Sample &Sample = *Profile.add_sample();
      for (uint64_t Id : Way)
        Sample.add_location_id(Id);
      Sample.add_value(static_cast<int64_t>(T.Count));
      Sample.add_value(static_cast<int64_t>(T.TotalNs));
      label(Sample, "cause", S.Cause);
      label(Sample, "thread", T.Thread);
      label(Sample, "signature", S.Id);
      label(Sample, "unfinished", Unfinished ? "true" : "");
    }
  }
}

std::string ProfileBuilder::build(const StallReport &Report) {
  type(*Profile.add_sample_type(), "stalls", "count");
  type(*Profile.add_sample_type(), "stall", "nanoseconds");
  type(*Profile.mutable_period_type(), "stall", "nanoseconds");
  Profile.set_period(1);
  Profile.set_default_sample_type_text(text("stall"));
  uint64_t Duration = 0;
  for (const TraceInfo &T : Report.Traces) {
    Duration += T.DurationNs;
    auto At = static_cast<int64_t>(T.RealtimeNs);
    if (Profile.time_nanos() == 0 || At < Profile.time_nanos())
      Profile.set_time_nanos(At);
    if (!T.Host.empty())
      Profile.add_comment_text(text("host " + T.Host));
  }
  Profile.set_duration_nanos(static_cast<int64_t>(Duration));
  samples(Report.Signatures, false);
  samples(Report.Unfinished, true);
  return Profile.SerializeAsString();
}

/// In gzip's format; empty when zlib has no memory.
std::string gzip(const std::string &Data) {
  z_stream Stream = {};
  constexpr int Gzip = 16;
  if (deflateInit2(&Stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + Gzip,
                   /*memLevel=*/8, Z_DEFAULT_STRATEGY) != Z_OK)
    return "";
  std::string Result(deflateBound(&Stream, Data.size()), '\0');
  Stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(Data.data()));
  Stream.avail_in = static_cast<uInt>(Data.size());
  Stream.next_out = reinterpret_cast<Bytef *>(Result.data());
  Stream.avail_out = static_cast<uInt>(Result.size());
  bool Done = deflate(&Stream, Z_FINISH) == Z_STREAM_END;
  Result.resize(Done ? Stream.total_out : 0);
  deflateEnd(&Stream);
  return Result;
}

} // namespace

void renderPprof(const StallReport &Report, llvm::raw_ostream &OS) {
  OS << gzip(ProfileBuilder().build(Report));
}

} // namespace nostall::report

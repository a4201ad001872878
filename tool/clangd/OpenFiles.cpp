//===- OpenFiles.cpp - what the editor has open -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clangd/OpenFiles.h"

#include "clangd/TidyHooks.h"
#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace json = llvm::json;

namespace nostall {

/// The path of a file: URL; none for other schemes and other machines.
static std::optional<std::string> pathOf(llvm::StringRef Uri) {
  if (!Uri.consume_front("file://"))
    return std::nullopt;
  Uri.consume_front("localhost");
  if (!Uri.starts_with("/"))
    return std::nullopt;
  std::string Path;
  for (size_t I = 0; I < Uri.size(); ++I) {
    uint8_t Byte;
    if (Uri[I] == '%' && I + 2 < Uri.size() &&
        llvm::tryGetHexFromNibbles(Uri[I + 1], Uri[I + 2], Byte)) {
      Path += static_cast<char>(Byte);
      I += 2;
    } else {
      Path += Uri[I];
    }
  }
  return realPath(Path);
}

std::optional<FileEvent> OpenFiles::hear(llvm::StringRef Json) {
  // Requests and most notifications are of no interest, and not parsed.
  if (!Json.contains("textDocument/did") && !Json.contains("textDocument\\/did"))
    return std::nullopt;
  llvm::Expected<json::Value> Message = json::parse(Json);
  if (!Message) {
    // clangd will complain of it.
    llvm::consumeError(Message.takeError());
    return std::nullopt;
  }
  const json::Object *Top = Message->getAsObject();
  const json::Object *Params = Top ? Top->getObject("params") : nullptr;
  const json::Object *Doc = Params ? Params->getObject("textDocument") : nullptr;
  llvm::StringRef Uri = Doc ? Doc->getString("uri").value_or("") : "";
  std::optional<std::string> Path = pathOf(Uri);
  if (!Path)
    return std::nullopt;
  llvm::StringRef Method = Top->getString("method").value_or("");
  std::lock_guard<std::mutex> Lock(Mutex);
  if (Method == "textDocument/didClose") {
    Documents.erase(*Path);
  } else if (Method == "textDocument/didOpen") {
    Documents[*Path] = {Uri.str(), Doc->getInteger("version")};
    return FileEvent{FileEvent::Kind::Opened, *Path};
  } else if (Method == "textDocument/didChange") {
    if (auto It = Documents.find(*Path); It != Documents.end())
      It->second.Version = Doc->getInteger("version");
  } else if (Method == "textDocument/didSave") {
    return FileEvent{FileEvent::Kind::Saved, *Path};
  }
  return std::nullopt;
}

std::vector<std::string> OpenFiles::rebuild(llvm::StringRef Wanted) const {
  std::vector<std::string> Messages;
  std::lock_guard<std::mutex> Lock(Mutex);
  for (const auto &[Path, Doc] : Documents) {
    llvm::StringRef Rest = Path;
    if (!Rest.consume_front(Wanted) ||
        !(Rest.empty() || Rest.starts_with("/")))
      continue;
    lookAgain(Path);
    json::Object Identifier{{"uri", Doc.Uri}};
    if (Doc.Version)
      Identifier["version"] = *Doc.Version;
    json::Value Message = json::Object{
        {"jsonrpc", "2.0"},
        {"method", "textDocument/didChange"},
        {"params", json::Object{{"textDocument", std::move(Identifier)},
                                {"contentChanges", json::Array{}},
                                {"wantDiagnostics", true}}}};
    std::string Text;
    llvm::raw_string_ostream OS(Text);
    OS << Message;
    Messages.push_back(std::move(Text));
  }
  return Messages;
}

} // namespace nostall

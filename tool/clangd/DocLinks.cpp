//===- DocLinks.cpp - where a check is documented ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clangd/DocLinks.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace json = llvm::json;
namespace path = llvm::sys::path;

namespace nostall {

/// What clangd makes of a check "nostall-NAME", NAME and ".html" to follow.
static constexpr llvm::StringLiteral Theirs =
    "https://clang.llvm.org/extra/clang-tidy/checks/nostall/";

static std::string fileUrl(llvm::StringRef Path) {
  std::string Url = "file://";
  for (unsigned char C : Path)
    if (llvm::isAlnum(C) || llvm::StringRef("/-_.~").contains(C))
      Url += C;
    else
      Url += ("%" + llvm::Twine(llvm::hexdigit(C >> 4)) +
              llvm::Twine(llvm::hexdigit(C & 15)))
                 .str();
  return Url;
}

std::string docBase(llvm::StringRef Program) {
  if (llvm::StringRef Given = NOSTALL_DOC_URL; !Given.empty())
    return Given.rtrim('/').str();
  llvm::SmallString<256> Folder(path::parent_path(path::parent_path(Program)));
  path::append(Folder, "share", "doc", "nostall", "checks");
  return fileUrl(Folder);
}

/// Diagnostics stand in notifications, and again in code actions.
static bool relink(json::Value &Value, llvm::StringRef Base) {
  bool Changed = false;
  if (json::Array *List = Value.getAsArray())
    for (json::Value &Item : *List)
      Changed |= relink(Item, Base);
  json::Object *Object = Value.getAsObject();
  if (!Object)
    return Changed;
  for (auto &[Key, Item] : *Object) {
    json::Object *Description =
        llvm::StringRef(Key) == "codeDescription" ? Item.getAsObject() : nullptr;
    if (!Description) {
      Changed |= relink(Item, Base);
      continue;
    }
    llvm::StringRef Href = Description->getString("href").value_or("");
    if (Href.consume_front(Theirs) && Href.consume_back(".html")) {
      (*Description)["href"] = (Base + "/" + Href + ".md").str();
      Changed = true;
    }
  }
  return Changed;
}

std::optional<std::string> relinkDocs(llvm::StringRef Json,
                                      llvm::StringRef Base) {
  // Most messages are not even parsed.
  if (!Json.contains(Theirs))
    return std::nullopt;
  llvm::Expected<json::Value> Message = json::parse(Json);
  if (!Message) {
    // clangd's own affair; the client will say so.
    llvm::consumeError(Message.takeError());
    return std::nullopt;
  }
  if (!relink(*Message, Base))
    return std::nullopt;
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  OS << *Message;
  return Out;
}

} // namespace nostall

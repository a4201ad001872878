//===- DescribeCommand.cpp - the command line, for programs -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Manual pages and shell completions are made from this, when nostall is built
// (tool/dev/gen_cli_docs): what they say of options is what is parsed here.
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall {
namespace {

/// CLI11 shows "TEXT:{a,b}" for an option that takes one of these words. Empty
/// for every other option.
llvm::SmallVector<llvm::StringRef> valuesOf(llvm::StringRef TypeName) {
  llvm::SmallVector<llvm::StringRef> Values;
  llvm::StringRef Set = TypeName.split('{').second.split('}').first;
  Set.split(Values, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return Values;
}

void describeOption(const CLI::Option &Option, llvm::json::OStream &J) {
  std::string TypeName = Option.get_type_name();
  J.object([&] {
    J.attributeArray("names", [&] {
      for (const std::string &Name : Option.get_snames())
        J.value("-" + Name);
      for (const std::string &Name : Option.get_lnames())
        J.value("--" + Name);
    });
    // A positional argument has this name, and no others.
    if (Option.get_positional() && Option.get_snames().empty() &&
        Option.get_lnames().empty())
      J.attribute("positional", Option.get_name(true, false));
    J.attribute("help", Option.get_description());
    J.attribute("takes_value", Option.get_items_expected_max() > 0);
    J.attributeArray("values", [&] {
      for (llvm::StringRef Value : valuesOf(TypeName))
        J.value(Value);
    });
    // CLI11 puts what a value is checked for behind a colon.
    J.attribute("value", llvm::StringRef(TypeName).split(':').first);
    J.attribute("default", Option.get_default_str());
    J.attribute("required", Option.get_required());
    // More than one value may stand for it, at once or by repeating it.
    J.attribute("repeats", Option.get_expected_max() > 1);
  });
}

void describeCommand(const CLI::App &Command, llvm::json::OStream &J) {
  J.object([&] {
    J.attribute("name", Command.get_name());
    J.attribute("description", Command.get_description());
    J.attribute("footer", Command.get_footer());
    J.attributeArray("options", [&] {
      for (const CLI::Option *Option : Command.get_options())
        describeOption(*Option, J);
    });
    J.attributeArray("commands", [&] {
      for (const CLI::App *Sub :
           Command.get_subcommands([](const CLI::App *) { return true; }))
        // Without a group it does not stand in --help either.
        if (!Sub->get_group().empty())
          describeCommand(*Sub, J);
    });
  });
}

} // namespace

void addDescribeCommand(CLI::App &App, int &Exit) {
  CLI::App *Sub = App.add_subcommand(
      "describe-cli", "Print all commands and options, as JSON");
  Sub->group(""); // Not for people: no part of --help.
  Sub->callback([&App, &Exit] {
    llvm::json::OStream J(llvm::outs(), /*IndentSize=*/1);
    describeCommand(App, J);
    llvm::outs() << '\n';
    llvm::outs().flush();
    Exit = EX_Clean;
  });
}

} // namespace nostall

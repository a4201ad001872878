"""Completions for bash, zsh and fish, from `nostall describe-cli`."""

HEADER = "# Made from nostall's own command line (tool/dev/gen_cli_docs).\n"


def flags(command):
    return [n for o in command["options"] for n in o["names"]]


def long_flags(command):
    """An option is offered by its long name, where it has one."""
    names = []
    for option in command["options"]:
        long = [n for n in option["names"] if n.startswith("--")]
        names += long or option["names"]
    return names


BASH = r'''# shellcheck shell=bash
_nostall_commands='%(commands)s'

_nostall_flags() {
  case $1 in
%(flags)s
  esac
}

# _nostall_values COMMAND OPTION: the words it takes; "*" for a value that is no
# such word; nothing for an option without a value.
_nostall_values() {
  case $1:$2 in
%(values)s
  esac
}

_nostall() {
  local command='' word index option current=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if [[ $word == -- ]]; then
      # A compiler's options, or a program and its arguments.
      compopt -o default 2>/dev/null
      if [[ $command == run && $index -eq $((COMP_CWORD - 1)) ]]; then
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
      fi
      return
    fi
    [[ -z $command && $word != -* ]] && command=$word
  done
  if [[ -z $command ]]; then
    if [[ $current == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_nostall_flags '')" -- "$current")
    else
      mapfile -t COMPREPLY < <(compgen -W "$_nostall_commands" -- "$current")
    fi
    return
  fi
  # "--format=js" is three words to bash where "=" breaks words.
  option=${COMP_WORDS[COMP_CWORD - 1]}
  if [[ $current == = ]]; then
    current=''
  elif [[ $option == = && COMP_CWORD -gt 1 ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  local values
  values=$(_nostall_values "$command" "$option")
  if [[ -n $values && $values != '*' ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  elif [[ -z $values && $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_nostall_flags "$command")" -- "$current")
  else
    compopt -o default 2>/dev/null
  fi
}
complete -F _nostall nostall
'''


def bash(cli):
    cases, values = [], []
    for command in [cli, *cli["commands"]]:
        name = command["name"] if command is not cli else "''"
        cases.append(f"    {name}) echo '{' '.join(long_flags(command))}' ;;")
        for option in command["options"]:
            if command is cli or not option["takes_value"]:
                continue
            words = " ".join(option["values"]) or "*"
            patterns = "|".join(f"{name}:{n}" for n in option["names"])
            if patterns:
                values.append(f"    {patterns}) echo '{words}' ;;")
    return HEADER + BASH % {
        "commands": " ".join(c["name"] for c in cli["commands"]),
        "flags": "\n".join(cases), "values": "\n".join(values)}


def zsh_text(text):
    """Inside single quotes and an option's [...]."""
    for char in "\\[]:":
        text = text.replace(char, "\\" + char)
    return text.replace("'", "'\\''")


def zsh_option(option):
    about = "[" + zsh_text(option["help"]) + "]"
    value = ""
    if option["takes_value"]:
        value = (f":value:({' '.join(option['values'])})"
                 if option["values"] else ":value:_files")
    many = "*" if option["repeats"] else ""
    return [f"'{many}{name}{'=' if value and name.startswith('--') else ''}"
            f"{about}{value}'" for name in option["names"]]


def zsh(cli):
    lines = ["#compdef nostall", HEADER.rstrip(), "_nostall() {",
             "  local context state line curcontext=$curcontext",
             "  local -a commands; commands=("]
    for command in cli["commands"]:
        about = zsh_text(command["description"].rstrip("."))
        lines.append(f"    '{command['name']}:{about}'")
    lines += ["  )", "  _arguments -C \\"]
    lines += [f"    {o} \\" for option in cli["options"]
              for o in zsh_option(option)]
    lines += ["    '1:command:->command' '*::argument:->rest'",
              "  case $state in", "    command) _describe command commands ;;",
              "    rest) case $words[1] in"]
    for command in cli["commands"]:
        lines.append(f"      {command['name']}) _arguments \\")
        lines += [f"        {o} \\" for option in command["options"]
                  for o in zsh_option(option)]
        lines.append("        '*:file:_files' ;;")
    return "\n".join(lines + ["    esac ;;", "  esac", "}", '_nostall "$@"', ""])


def fish_quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_option(option, condition):
    line = f"complete -c nostall -n {fish_quote(condition)}"
    for name in option["names"]:
        kind = "-l" if name.startswith("--") else "-s"
        line += f" {kind} {name.lstrip('-')}"
    if option["values"]:
        line += f" -x -a {fish_quote(' '.join(option['values']))}"
    elif option["takes_value"]:
        line += " -r"
    return line + " -d " + fish_quote(option["help"])


def fish(cli):
    lines = [HEADER.rstrip()]
    for command in cli["commands"]:
        lines.append(f"complete -c nostall -n __fish_use_subcommand -f -a "
                     f"{command['name']} -d "
                     f"{fish_quote(command['description'].rstrip('.'))}")
    for option in cli["options"]:
        lines.append(fish_option(option, "__fish_use_subcommand"))
    for command in cli["commands"]:
        seen = f"__fish_seen_subcommand_from {command['name']}"
        lines += [fish_option(o, seen) for o in command["options"]
                  if o["names"]]
    return "\n".join(lines) + "\n"

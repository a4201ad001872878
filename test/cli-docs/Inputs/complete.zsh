# What zsh shows after a Tab at the end of a line. usage:
# zsh -f complete.zsh FOLDER-OF-_nostall LINE
zmodload zsh/zpty
zpty shell zsh -f -i
send() { zpty -w shell "$1" }
# Reads up to a mark that the shell prints by itself.
expect() {
  local all= piece
  integer tries=0
  while [[ $all != *$1* ]] && (( tries++ < 400 )); do
    if zpty -r -t shell piece; then all+=$piece; else sleep 0.05; fi
  done
  print -r -- $all
}
send "PS1='READY''> '; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D"
send "unsetopt beep; setopt auto_list; LISTMAX=999; stty -echo cols 200; print SET''UP"
expect SETUP >/dev/null
# Without the key's own newline: only the Tab. Ctrl-U and a mark end it.
zpty -n -w shell "$2"$'\t'
sleep 1
zpty -n -w shell $'\C-u'"print DO''NE"$'\n'
expect DONE | tr -d '\r\a' | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
zpty -d shell

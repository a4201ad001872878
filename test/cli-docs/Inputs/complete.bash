# What bash would offer at the end of a line, one a line.
# usage: bash --norc complete.bash COMPLETION-FILE LINE
# shellcheck shell=bash source=/dev/null
source "$1"
line=$2
# As bash breaks words: at blanks, and "=" is a word of its own.
read -ra COMP_WORDS <<<"${line//=/ = }"
[[ $line == *' ' || $line == *= ]] && [[ $line != *= ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$line COMP_POINT=${#line}
function_name=$(complete -p nostall | sed 's/.*-F \([^ ]*\).*/\1/')
"$function_name"
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0

# usage: attach.sh NOSTALL PROBE PROGRAM: starts the program with the probe and no
# watcher, watches it until it ends, and prints the report.
LD_PRELOAD=$2 "$3" long &
sleep 0.5
"$1" attach $! 2>&1
test ! -e "/dev/shm/nostall.own.$!" || echo "left /dev/shm/nostall.own.$!"

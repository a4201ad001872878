"""Writes a source file, and a trace (as text, for make_trace.py), whose names
and lines would be markup.

usage: hostile.py FOLDER
"""
import pathlib
import sys

MARKUP = "<!-- <script> ]]> &lt; \u2028 \u2029"
FOLDER = pathlib.Path(sys.argv[1])
FOLDER.mkdir(parents=True, exist_ok=True)
SOURCE = FOLDER / f"{MARKUP}.cpp"
SOURCE.write_text(f"""#include <coroutine_types.h>
#include <unistd.h>
// </script><img src=x onerror=alert(1)> {MARKUP} @@NOSTALL_STALLS@@
mock::Task<> work() {{
  const char *Text = "</SCRIPT\\\\\\"<";
  sleep(sizeof(Text));
  co_return;
}}
""", encoding="utf-8")
(FOLDER / "secret.txt").write_text("not for a report\n", encoding="utf-8")
QUOTED = str(SOURCE)
(FOLDER / "hostile.txt").write_text(f"""
start {{
  host: "</script>" kernel: "6.1.0" version: "0.1.0" boot_id: "b"
  realtime_ns: 1s monotonic_ns: 1s threshold_ns: 5ms command: "</script><!--"
}}
process {{ id: 1 pid: 100 parent: 1 name: "<!--" executable: "/srv/server" }}
stack {{
  id: 1
  frames {{ function: "</script><img src=x onerror=alert(1)>" file: "{QUOTED}" line: 6 }}
  frames {{ function: "main" file: "{FOLDER / 'secret.txt'}" line: 1 }}
  frames {{ function: "zero" file: "/dev/zero" line: 1 }}
}}
stall {{
  process: 1 tid: 100 start_ns: 2s duration_ns: 10ms cause: "sleep"
  call: "nanosleep" stack: 1 task: "</script>" call_ns: 9ms
}}
loop {{
  process: 1 tid: 100 thread: "</script>" wait: "poll" iterations: 50
  busy_ns: 31ms idle_ns: 69ms max_ns: 10ms stalls: 1 first_ns: 1s last_ns: 3s
}}
finish {{ monotonic_ns: 4s processes: 1 }}
""", encoding="utf-8")

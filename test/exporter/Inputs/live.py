"""EXPORTER NOSTALL PROGRAM TRACE"""
import os
import signal
import subprocess
import sys

from exporter import Exporter, total

program, nostall, stalls, trace = sys.argv[1:]
WHO = {"process": "stalls", "thread": "stalls"}
watched = subprocess.Popen([nostall, "run", "-q", "-o", trace, "--", stalls])
try:
    with Exporter(program, trace) as exporter:
        exporter.wait_for(lambda s: (total(
            s, "nostall_stalls_total", cause="sleep", origin="program", **WHO)
            or 0) >= 3)
        print("stalls of cause sleep")
        exporter.wait_for(lambda s: (total(
            s, "nostall_signature_stall_seconds_total", function="flushLog()",
            cause="sleep") or 0) >= 0.06)
        print("kind: flushLog()")
        # Twice ten seconds: the first words of a loop, and more of them.
        seen = exporter.wait_for(lambda s: (total(
            s, "nostall_loop_iterations_total", **WHO) or 0) > 100)
        count = total(seen, "nostall_iteration_duration_seconds_count", **WHO)
        above = count - total(
            seen, "nostall_iteration_duration_seconds_bucket", le="0.01", **WHO)
        busy = total(seen, "nostall_loop_busy_seconds_total", **WHO)
        assert total(seen, "nostall_loops", **WHO) == 1
        assert abs(count - total(
            seen, "nostall_loop_iterations_total", **WHO)) <= 1, seen
        # Every other iteration is a stall of 20 ms.
        assert count * 0.4 <= above <= count * 0.7, (above, count)
        assert busy >= above * 0.02, seen
        assert total(seen, "nostall_loop_idle_seconds_total", **WHO) > 0
        told = total(seen, "nostall_loop_stalls_total", **WHO)
        assert 0 < told <= total(seen, "nostall_stalls_total", **WHO), seen
        print("the loop runs: iterations, histogram, busy and idle time agree")
        exporter.wait_for(
            lambda s: total(s, "nostall_watcher_cpu_seconds_total") > 0 and
            total(s, "nostall_watcher_ticks_total") > 1000 and
            total(s, "nostall_probe_seconds_total") > 0)
        print("what it costs: watcher, probe")
        watched.send_signal(signal.SIGKILL)
        watched.wait()
        assert total(exporter.samples(), "nostall_traces", state="ended") == 0
        print("killed: the trace is not finished")
finally:
    # The program is in our process group, and has no parent to end it.
    watched.kill()
    watched.wait()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == os.path.realpath(stalls):
                os.kill(int(pid), signal.SIGKILL)
        except OSError:
            pass

"""Damages a trace in many ways: EXPORTER TRACE FOLDER FOLDER-OF-fuzz_trace"""
import os
import random
import subprocess
import sys

from exporter import parse, total

program, trace, folder, fuzz = sys.argv[1:]
sys.path.insert(0, fuzz)
import fuzz_trace  # noqa: E402

rng = random.Random(7)
with open(trace, "rb") as file:
    whole = file.read()
for number in range(200):
    with open(os.path.join(folder, f"{number}.trace"), "wb") as file:
        file.write(fuzz_trace.mutate(whole, rng))
# No length is that long: there it ends.
with open(os.path.join(folder, "end.trace"), "wb") as file:
    file.write(whole[:8] + b"\xff" * 11 + whole[8:])
done = subprocess.run([program, "--print", folder], capture_output=True,
                      timeout=50)
assert done.returncode == 0, done
text = done.stdout.decode()  # UTF-8, or an error
samples = parse(text)
unusable = int(total(samples, "nostall_traces", state="unusable"))
said = done.stderr.decode()
assert "end.trace: offset 8: damaged" in said and said.count("\n") == 1, said
print(f"201 traces, {unusable} of them unusable from offset 8 on")
left_out = total(samples, "nostall_trace_damaged_records_total")
print(f"{left_out:.0f} records left out")
assert len(text.splitlines()) < 2000, len(text.splitlines())
print("fewer than 2000 lines")
for name, labels, value in samples:
    if name.endswith("_total") or name.endswith("_count"):
        assert value >= 0, (name, labels)

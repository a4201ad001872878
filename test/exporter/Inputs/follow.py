"""Does to trace files what happens to files: EXPORTER FIRST SECOND FOLDER"""
import os
import sys

from exporter import Exporter, records, total

program, first, second, folder = sys.argv[1:]
with open(first, "rb") as file:
    FIRST = file.read()
with open(second, "rb") as file:
    SECOND = file.read()
STALLS = "nostall_stalls_total"
os.mkdir(folder)
A = os.path.join(folder, "a.trace")


def write(path, data, mode="wb"):
    with open(path, mode) as file:
        file.write(data)


def is_files(count):
    return lambda s: total(s, STALLS, cause="file", process="p1") == count


def grow(exporter, data):
    """What matters is that the file may end anywhere for now."""
    write(A, b"")
    for at in range(0, len(data), 7):
        write(A, data[at:at + 7], "ab")
        if at % 70 == 0:
            exporter.samples()
    return exporter.wait_for(
        lambda s: total(s, "nostall_watcher_cpu_seconds_total") == 0.001)


with Exporter(program, A, folder, "--keep", "6s") as exporter:
    assert total(exporter.samples(), STALLS) is None
    print("no trace yet")
    parts = records(FIRST)
    s = grow(exporter, b"".join(parts[:-2]))
    print(f"byte by byte: {total(s, STALLS, cause='file'):.0f} of file, "
          f"{total(s, STALLS, cause='cpu'):.0f} of cpu, "
          f"{total(s, 'nostall_stall_seconds_total'):.2f} s, "
          f"{total(s, 'nostall_loops'):.0f} loop")
    write(A, b"".join(parts[-2:]), "ab")
    s = exporter.wait_for(lambda s: total(s, "nostall_traces",
                                          state="ended") == 1)
    print(f"ended: {total(s, 'nostall_loops'):.0f} loops, "
          f"{total(s, 'nostall_loop_iterations_total'):.0f} iterations")
    # The next run of the program, in the same file.
    write(A, SECOND)
    exporter.wait_for(is_files(2))
    print("emptied and written anew: 2 of file")
    write(A + ".new", SECOND)
    os.replace(A + ".new", A)
    exporter.wait_for(is_files(3))
    print("another file of that name: 3 of file")
    write(os.path.join(folder, "b.trace"), SECOND)
    write(os.path.join(folder, "b.txt"), SECOND)
    exporter.wait_for(is_files(4))
    print("one more in the folder: 4 of file")
    write(os.path.join(folder, "text.trace"), b"some text or other\n")
    exporter.wait_for(
        lambda s: total(s, "nostall_traces", state="unusable") == 1)
    print("not a trace: unusable")
    # A record that does not parse, between the others.
    write(os.path.join(folder, "c.trace"),
          SECOND[:8] + b"\x02\x0a\x7f" + SECOND[8:])
    exporter.wait_for(lambda s: is_files(5)(s) and total(
        s, "nostall_trace_damaged_records_total") == 1)
    print("damaged: 5 of file, 1 damaged record")
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    s = exporter.wait_for(lambda s: total(s, STALLS, process="p1") is None)
    assert total(s, "nostall_signature_stalls_total", function="save()") is None
    assert total(s, "nostall_traces") == 0, s
    assert total(s, "nostall_watcher_cpu_seconds_total") == 0.002
    print("removed and dropped: no series of p1")
    write(A, FIRST)
    before = exporter.wait_for(is_files(1))
    print("the same trace again: 1 of file")
    # It has an end, and stays where it is.
    exporter.wait_for(lambda s: total(s, STALLS) is None)
    print("ended and dropped")
    write(A, records(FIRST)[6], "ab")
    s = exporter.wait_for(lambda s: total(s, STALLS) == 1)
    assert total(s, STALLS, cause="cpu", process="p1") == 1, s
    assert total(s, "nostall_signature_stalls_total", function="save()",
                 cause="cpu") == 1, s
    print("and goes on: 1 of cpu alone")

write(A, FIRST)

with Exporter(program, A) as exporter:
    s = exporter.samples()
    for name in (STALLS, "nostall_stall_seconds_total",
                 "nostall_loop_iterations_total"):
        assert total(s, name) == total(before, name), name
    print("restarted: as before")

# Up to the first stall.
write(A, b"".join(records(FIRST)[:6]))
with Exporter(program, A, "--from-now") as exporter:
    s = exporter.samples()
    assert not total(s, STALLS), s
    assert not total(s, "nostall_loop_iterations_total"), s
    print("restarted from now: nothing")
    write(A, b"".join(records(FIRST)[6:]), "ab")
    s = exporter.wait_for(lambda s: total(s, STALLS, cause="cpu") == 1)
    assert total(s, STALLS) == 1
    print("and what comes: 1 of cpu")

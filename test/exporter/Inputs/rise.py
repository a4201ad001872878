"""A kind of stall becomes one of those that took most: EXPORTER TRACE"""
import sys

from exporter import Exporter, records, total

program, trace = sys.argv[1:]
SECONDS = "nostall_signature_stall_seconds_total"
with Exporter(program, "--max-signatures", 10, trace) as exporter:
    first = exporter.samples()
    assert total(first, SECONDS, function="f1()") is None
    assert total(first, SECONDS, function="f291()") == 0.291
    with open(trace, "rb") as file:
        # Magic, start, process; then loop, stack, stall of f1.
        stall = records(file.read())[5]
    with open(trace, "ab") as file:
        file.write(stall * 2000)
    last = exporter.wait_for(lambda s: total(
        s, "nostall_signature_stalls_total", function="f1()") == 2001)
    kinds = [labels for name, labels, _ in last if name == SECONDS]
    assert len(kinds) == 11
    assert total(last, SECONDS, function="f291()") is None
    print(f"f1() is shown: {total(last, SECONDS, function='f1()'):.3f} s; "
          "10 kinds, and f291() is not")
    after = {(name, str(labels)): value for name, labels, value in last}
    for name, labels, value in first:
        if name.startswith("nostall") and name.endswith("_total"):
            assert after.get((name, str(labels)), value) >= value, labels
    print("nothing fell")

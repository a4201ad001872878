"""Starts nostall-exporter on a free port, and reads what it serves."""
import re
import select
import subprocess
import time
import urllib.request

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def parse(text):
    """[(name, labels, value)]"""
    samples = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            match = SAMPLE.match(line)
            assert match, line
            samples.append((match[1], dict(LABEL.findall(match[2] or "")),
                            float(match[3])))
    return samples


def total(samples, name, **labels):
    """The sum of the samples with these labels; None without any."""
    values = [value for its, has, value in samples
              if its == name and labels.items() <= has.items()]
    return sum(values) if values else None


def records(trace):
    """The file's first bytes, and its records with their lengths."""
    parts, at = [trace[:8]], 8
    while at < len(trace):
        size, shift, end = 0, 0, at
        while True:
            size |= (trace[end] & 0x7f) << shift
            shift, end = shift + 7, end + 1
            if trace[end - 1] < 0x80:
                break
        parts.append(trace[at:end + size])
        at = end + size
    return parts


class Exporter:
    """Ends with the block it is used in, whatever happens there."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen(
            [program, "--listen", "127.0.0.1:0", "--interval", "100ms",
             *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        try:
            ready = select.select([self.process.stdout], [], [], 30)[0]
            assert ready, "the exporter does not start"
            self.url = self.process.stdout.readline().split()[-1]
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        assert status == 0, status

    def text(self):
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            return answer.read().decode()

    def samples(self):
        return parse(self.text())

    def wait_for(self, what, seconds=40):
        """Scrapes until what(samples) is true."""
        end = time.monotonic() + seconds
        while True:
            samples = self.samples()
            if what(samples):
                return samples
            if time.monotonic() > end:
                raise AssertionError(samples)
            time.sleep(0.1)

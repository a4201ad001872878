"""Redis: a slow Lua script, DEBUG SLEEP, and KEYS on a million keys."""
import subprocess

import driver
from clients import Redis
from measure import Failure, Frame, Stall, first_slow

KEYS = 1_000_000
SCRIPT_MS = 60
SLEEP_MS = 50
SCRIPT = """
local sum = 0
for i = 1, %d do sum = sum + i * i end
return tostring(sum)
"""


class Program(driver.Program):
    NAME = "redis"
    NEEDS = {"redis-server": "redis-server", "redis-benchmark": "redis-tools"}
    WAITS = frozenset(("epoll_wait",))

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind",
                "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                self.folder, "--enable-debug-command", "yes"]

    def connect(self):
        self.client, self.second = Redis(self.port), Redis(self.port)
        information = self.client.call("INFO", "server")
        self.pids = [int(line.split(":")[1]) for line in information.split()
                     if line.startswith("process_id:")]

    def load(self):
        done = subprocess.run(
            ["redis-benchmark", "-p", str(self.port), "-n", "40000", "-c",
             "10", "-t", "set,get", "--csv"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        rates = {row.split('","')[0].strip('"'): row.split('","')[1]
                 for row in done.stdout.splitlines() if '","' in row}
        if done.returncode or not {"SET", "GET"} <= rates.keys():
            raise Failure(f"redis-benchmark ended with {done.returncode}: "
                          f"{done.stdout}")
        return (f"redis-benchmark: {rates['SET']} SET/s, {rates['GET']} GET/s")

    def ping(self):
        self.client.call("SET", "key", "value")
        self.client.call("GET", "key")

    def _stall(self, name, trigger, **expected):
        return Stall(name=name, trigger=trigger,
                     bystander=lambda: self.second.call("PING"),
                     pid=self.pids[0], **expected)

    def _script(self, steps):
        self.client.call("EVAL", SCRIPT % steps, "0")

    def stalls(self):
        def redis(function):
            return Frame(function=function, module="redis")
        # The interpreter's own functions are hidden, but lua_pcall is not.
        steps = first_slow(self._script, [2**n for n in range(16, 40)],
                           SCRIPT_MS)
        yield self._stall(
            "slow script", lambda: self._script(steps),
            at_least_ms=SCRIPT_MS / 2, causes=frozenset(("cpu",)), call="",
            frames=[redis("^lua"), redis("^evalGenericCommand")])
        yield self._stall(
            "debug sleep",
            lambda: self.client.call("DEBUG", "SLEEP", SLEEP_MS / 1000),
            at_least_ms=SLEEP_MS, causes=frozenset(("sleep",)),
            call="(clock_)?nanosleep|usleep", frames=[redis("^debugCommand$")])
        self.client.call("DEBUG", "POPULATE", str(KEYS))
        # None matches, so the time goes into the search and not the answer.
        yield self._stall(
            "keys", lambda: self.client.call("KEYS", "nothing-is-called-so*"),
            at_least_ms=20,
            causes=frozenset(("cpu",)), call="",
            frames=[redis("^keysCommand$")])

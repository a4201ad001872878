"""CPython's tests of whatever waits, signals, forks, and has threads. Debian
packages them apart; where they are not installed, they are unpacked, and the
runs see them in their place."""
import os
import shutil
import xml.etree.ElementTree as xml

from suite import Suite

TESTS = "/usr/lib/python3.11/test"
MODULES = ("test_asyncio", "test_subprocess", "test_selectors", "test_signal",
           "test_socket", "test_threading", "test_eintr", "test_epoll",
           "test_poll", "test_select", "test_fork1", "test_posix",
           "test_time", "test_faulthandler")
INSTALLED = "as installed"
PYTHON = "/usr/bin/python3.11"
# Waits for ever in a virtual machine that has the device but no peer.
NEVER = "*VSOCK*"


class Tests(Suite):
    NAME = "cpython"
    SECONDS = 600
    NEEDS = ("python3.11",)
    PARTS = MODULES

    def build(self, archive):
        if os.path.exists(os.path.join(TESTS, "test_selectors.py")):
            return INSTALLED
        folder = os.path.join(self.folder, "tests")
        shutil.copytree(TESTS, folder)
        version = archive.unpacked("libpython3.11-testsuite", self.folder)
        shutil.copytree(f"{self.folder}{TESTS}", folder, dirs_exist_ok=True)
        return version

    def run(self, how, only):
        outcomes = {}
        modules = {name.split(".")[1] for name in only or ()}
        for module in self.parts:
            if only and module not in modules:
                continue
            chosen = [word for name in only or ()
                      if name.split(".")[1] == module
                      for word in ("-m", name)]
            outcomes |= self.run_module(how, module, chosen)
        return outcomes

    def run_module(self, how, module, chosen):
        results = os.path.join(self.folder, "results.xml")
        if os.path.exists(results):
            os.remove(results)
        _, status = how.run(
            [PYTHON, "-m", "test", "--junit-xml", results, "--timeout", "300",
             "--ignore", NEVER, *chosen, module], self.folder, self.SECONDS,
            mount=() if self.version == INSTALLED else
            (os.path.join(self.folder, "tests"), TESTS))
        outcomes = {f"test.{module}": f"status {status}"}
        if not os.path.exists(results):
            return outcomes
        for case in xml.parse(results).iter("testcase"):
            outcomes[case.get("name")] = outcome_of(case)
        return outcomes


def outcome_of(case):
    for kind in ("error", "failure", "skipped"):
        found = case.find(kind)
        if found is not None:
            lines = (found.text or "").strip().splitlines() or [""]
            return f"{kind}: {found.get('message') or lines[-1]}"
    return "ok"

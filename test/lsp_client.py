"""A client of language servers, for tests and measurements: starts one, opens
and changes files, waits for its diagnostics. Not a test itself."""
import json
import os
import queue
import subprocess
import threading
import time
from urllib.parse import quote

CAPABILITIES = {"textDocument": {
    "publishDiagnostics": {"relatedInformation": True, "versionSupport": True,
                           "codeDescriptionSupport": True},
    "codeAction": {"codeActionLiteralSupport": {
        "codeActionKind": {"valueSet": ["quickfix"]}}}}}


# Instead of the user's own.
CONFIGURATION = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "editor", "Inputs", "config")


def uri_of(path):
    return "file://" + quote(os.path.realpath(path))


class Client:
    """One server. Diagnostics are those of the version that was asked for."""

    def __init__(self, command, root, log=None):
        self.process = subprocess.Popen(
            command, cwd=root, env={**os.environ, "XDG_CONFIG_HOME": CONFIGURATION},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(log, "wb") if log else subprocess.DEVNULL)
        self.messages = queue.Queue()
        self.sent = 0
        self.versions = {}
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {"processId": os.getpid(),
                                    "rootUri": uri_of(root),
                                    "capabilities": CAPABILITIES})
        self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    self.messages.put((time.monotonic(), None))
                    return
                if not line.strip():
                    break
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            message = json.loads(stream.read(length))
            self.messages.put((time.monotonic(), message))

    def _send(self, message):
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def _next(self, deadline):
        when, message = self.messages.get(timeout=max(0.01, deadline - time.monotonic()))
        if message is None:
            raise EOFError("the server has ended")
        return when, message

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params, timeout=60):
        self.sent += 1
        self._send({"id": self.sent, "method": method, "params": params})
        deadline = time.monotonic() + timeout
        while True:
            _, message = self._next(deadline)
            if message.get("id") == self.sent and "method" not in message:
                return message.get("result")

    def open(self, path, text=None):
        if text is None:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.versions[path] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri_of(path), "languageId": "cpp", "version": 1, "text": text}})

    def change(self, path, text, at_once=False):
        """Replaces the whole text. at_once: clangd is not to wait for further
        changes, as it does for people who type."""
        self.versions[path] += 1
        params = {"textDocument": {"uri": uri_of(path),
                                   "version": self.versions[path]},
                  "contentChanges": [{"text": text}]}
        if at_once:
            params["wantDiagnostics"] = True
        self.notify("textDocument/didChange", params)

    def save(self, path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri_of(path)}})

    def diagnostics(self, path, timeout=60, until=None):
        """When the diagnostics of the newest version came, and they. With
        `until`, the first ones for which it is true."""
        deadline = time.monotonic() + timeout
        while True:
            when, message = self._next(deadline)
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            params = message["params"]
            if params["uri"] != uri_of(path) or \
                    params.get("version") not in (None, self.versions[path]):
                continue
            found = params["diagnostics"]
            if until is None or until(found):
                return when, found

    def close(self):
        """Gives the exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(60)

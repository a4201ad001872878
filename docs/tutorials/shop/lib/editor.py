"""Stands in for an editor: opens a file in nostall-clangd and prints what an
editor would show at its lines. usage: editor.py FILE"""
import json
import os
import subprocess
import sys
import threading

path = os.path.abspath(sys.argv[1])
server = subprocess.Popen(["nostall-clangd", "--log=error"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
# A server that never answers must not keep us waiting for ever.
guard = threading.Timer(60, server.kill)
guard.start()


def send(method, params, number=None):
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    if number is not None:
        message["id"] = number
    body = json.dumps(message).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    server.stdin.flush()


def receive():
    length = 0
    while (line := server.stdout.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if not length:
        sys.exit("nostall-clangd has ended")
    return json.loads(server.stdout.read(length))


with open(path, encoding="utf-8") as file:
    text = file.read()
related = {"publishDiagnostics": {"relatedInformation": True}}
send("initialize", {"processId": None, "rootUri": None,
                    "capabilities": {"textDocument": related}}, 1)
send("initialized", {})
send("textDocument/didOpen", {"textDocument": {
    "uri": "file://" + path, "languageId": "cpp", "version": 1, "text": text}})
found = []
while not found:
    message = receive()
    if message.get("method") == "textDocument/publishDiagnostics":
        found = message["params"]["diagnostics"]
for diagnostic in found:
    line = diagnostic["range"]["start"]["line"] + 1
    print(f"{os.path.basename(path)}:{line}: {diagnostic['message']}")
    for step in diagnostic.get("relatedInformation", []):
        place = step["location"]
        print(f"    {os.path.basename(place['uri'])}:"
              f"{place['range']['start']['line'] + 1}: {step['message']}")
guard.cancel()
server.kill()

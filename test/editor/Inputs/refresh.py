"""usage: refresh.py SERVER FOLDER: the steps of refresh.test."""
import fcntl
import os
import queue
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", ".."))
from lsp_client import Client  # noqa: E402

server, folder = sys.argv[1], os.path.realpath(sys.argv[2])
MAIN, STORE, HEADER = (os.path.join(folder, name)
                       for name in ("server.cpp", "store.cpp", "store.h"))
STATE = os.path.join(folder, ".nostall")


def texts(diagnostics):
    return [f"{d['range']['start']['line'] + 1}: {d['message']}"
            for d in diagnostics] or ["0 findings"]


def expect(client, title, condition):
    """The diagnostics of the main file, when they are as they should be."""
    _, found = client.diagnostics(MAIN, timeout=40, until=condition)
    print(f"{title}: {'; '.join(texts(found))}", flush=True)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


client = Client([server, "--background-index=false", "--nostall-refresh=false"],
                folder)
client.open(MAIN)
_, found = client.diagnostics(MAIN)
index = os.path.exists(os.path.join(STATE, "index.nss"))
print(f"off: {'an' if index else 'no'} index, {'; '.join(texts(found))}", flush=True)
client.close()

client = Client([server, "--background-index=false"], folder)
client.open(MAIN)
client.open(STORE)
expect(client, "opened", lambda found: found)
text = read(STORE)
client.save(STORE, text.replace("sync();", ""))
expect(client, "saved store.cpp", lambda found: not found)

# A lock that somebody else holds is waited for.
with open(os.path.join(STATE, "lock"), "w", encoding="utf-8") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    client.save(STORE, text.replace("sync();", "usleep(50000);"))
    try:
        client.diagnostics(MAIN, timeout=3, until=bool)
        print("another editor refreshes: it was not waited for")
    except queue.Empty:
        print("another editor refreshes: 0 findings", flush=True)
expect(client, "it has ended", lambda found: found)

# A header concerns every file that includes it.
client.save(HEADER, read(HEADER).replace("{ save(); }", "{}"))
expect(client, "saved store.h", lambda found: not found)
code = client.close()
with open(os.path.join(STATE, "lock"), "w", encoding="utf-8") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
print(f"exit code {code}, the lock is free")

"""usage: background.py --write FOLDER: adds a source with many functions
          background.py SERVER FOLDER: the steps of background.test"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", ".."))
from lsp_client import Client  # noqa: E402

server, folder = sys.argv[1], os.path.realpath(sys.argv[2])
MAIN = os.path.join(folder, "server.cpp")

if server == "--write":
    with open(os.path.join(folder, "many.cpp"), "w", encoding="utf-8") as file:
        file.write("int work0(int N) { return N; }\n")
        for number in range(1, 3000):
            file.write(f"int work{number}(int N) {{\n"
                       f"  for (int I = 0; I < N; ++I)\n"
                       f"    N -= work{number - 1}(I);\n  return N;\n}}\n")
    sys.exit()


def ours(diagnostics):
    """Without clangd's own: an include may be unused at times."""
    return [d for d in diagnostics if str(d.get("code")).startswith("nostall-")]


def expect(title, condition=None):
    _, found = client.diagnostics(
        MAIN, timeout=40,
        until=condition and (lambda found: condition(ours(found))))
    found = ours(found)
    texts = [f"{d['range']['start']['line'] + 1}: {d['message']}" for d in found]
    print(f"{title}: {'; '.join(texts) or '0 findings'}", flush=True)


def at(line):
    return lambda found: [d["range"]["start"]["line"] for d in found] == [line - 1]


client = Client([server, "--background-index=false", "--nostall-refresh=false"],
                folder)
with open(MAIN, encoding="utf-8") as file:
    text = file.read()
client.open(MAIN)
expect("opened", at(5))
client.change(MAIN, text.replace("mock::Task<> session", "\n\nmock::Task<> session"))
expect("two lines above, at first")
client.change(MAIN, text.replace("flush();", ""))
expect("the call is gone", lambda found: not found)
client.change(MAIN, text)
expect("the call is back", at(5))
for lines in range(1, 51):
    client.change(MAIN, text.replace("mock::Task<> session",
                                     "\n" * lines + "mock::Task<> session"))
expect("many edits", at(55))
print(f"exit code {client.close()}")

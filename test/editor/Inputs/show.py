"""What an editor is shown of a file, as text.

usage: show.py SERVER FILE [-- SERVER-OPTIONS...]

Opens FILE and prints its diagnostics with their traces and the edits of their
quick fixes; in the end, how the server ended."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", ".."))
from lsp_client import Client, uri_of  # noqa: E402

server, path, *options = [a for a in sys.argv[1:] if a != "--"]
path = os.path.realpath(path)
client = Client([server, "--background-index=false", "--nostall-refresh=false",
                 *options],
                os.path.dirname(path))
client.open(path)
_, found = client.diagnostics(path)
for diagnostic in sorted(found, key=lambda d: (d["range"]["start"]["line"], d["message"])):
    start = diagnostic["range"]["start"]
    print(f"{start['line'] + 1}:{start['character'] + 1}: "
          f"{diagnostic['message']} [{diagnostic.get('code')}]")
    for step in diagnostic.get("relatedInformation", []):
        where = step["location"]
        print(f"  {os.path.basename(where['uri'])}:"
              f"{where['range']['start']['line'] + 1}: {step['message']}")
    for action in client.request("textDocument/codeAction", {
            "textDocument": {"uri": uri_of(path)}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic]}}):
        if action.get("kind") != "quickfix":
            continue
        for edit in action["edit"]["changes"][uri_of(path)]:
            at = edit["range"]["start"]
            print(f"  fix '{action['title']}': {at['line'] + 1}:"
                  f"{at['character'] + 1}: {edit['newText']!r}")
print(f"{len(found)} diagnostics; exit code {client.close()}")

"""Code without a file, and lines far apart."""
import time  # noqa: F401

from tell import tell  # noqa: F401

exec("def f():\n  tell(), time.sleep(600)\n" + "\n" * 70000
     + "def g(a):\n  return [(\n\n\na, f(\n))[1]\n  for _ in '1']\ng(\n1)")

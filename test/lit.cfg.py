"""How nostall's tests run: lit + FileCheck. See docs/writing-a-check.md."""
import os
import sys

sys.path.insert(0, os.path.join(config.nostall_source, "test"))
import nostall_format  # noqa: E402

SOURCE = config.nostall_source
BUILD = config.nostall_build


config.test_format = nostall_format.Tests(SOURCE)
config.suffixes = [".cpp", ".c", ".test", ".yaml", ".json"]
config.excludes = ["Inputs", "nostall_format.py", "CMakeLists.txt", "corpus", "example-server",
                   "bench", "knowledge"]
config.environment["LC_ALL"] = "C.UTF-8"
# What nostall calibrate wrote on this machine is not for tests.
config.environment["XDG_CONFIG_HOME"] = os.path.join(BUILD, "no-configuration")
# No test finds what another has left; test/cache has caches of its own.
config.environment["NOSTALL_CACHE"] = "off"
if os.path.exists("/usr/include/boost/asio/awaitable.hpp"):
    config.available_features.add("boost-asio")
# npm may need to be told of a mirror or a proxy, and of its certificates.
for name, value in os.environ.items():
    if name.lower().endswith("_proxy") or \
            name.lower().startswith("npm_config_") or \
            name == "NODE_EXTRA_CA_CERTS":
        config.environment[name] = value
# A sanitizer's report must fail the test, whatever the exit code means to it.
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(BUILD, "bin"), config.llvm_tools, os.environ["PATH"]])

plugin = os.path.join(BUILD, "lib", "libnostall-tidy.so")
python = config.python
tidy = config.clang_tidy
if config.sanitizer_runtime:
    tidy = f"env LD_PRELOAD={config.sanitizer_runtime} {tidy}"
mock = os.path.join(SOURCE, "test", "Inputs", "mock")

config.substitutions += [
    ("%check_nostall",
     f"{python} {SOURCE}/test/check_nostall.py --plugin {plugin} "
     f"--tidy '{tidy}' --mock {mock} --temp %t"),
    ("%nostall", os.path.join(BUILD, "bin", "nostall")),
    ("%plain-tidy", tidy),
    ("%tidy", f"{tidy} -load {plugin}"),
    ("%clang", os.path.join(config.llvm_tools, "clang++")),
    ("%dev", os.path.join(SOURCE, "tool", "dev")),
    ("%plugin", plugin),
    ("%source", SOURCE),
    ("%build", BUILD),
    ("%mock", f"-isystem {mock}"),
    ("%python", python),
]

"""How nostall's tests run: lit + FileCheck. See docs/writing-a-check.md."""
import os

import lit.formats
import lit.util

SOURCE = config.nostall_source
BUILD = config.nostall_build


class Tests(lit.formats.ShTest):
    """Tests of a check stand in its own folder, under test/."""

    def getTestsInDirectory(self, suite, path, lit_config, local_config):
        parts = suite.getSourcePath(path).split(os.sep)
        return (super().getTestsInDirectory(suite, path, lit_config,
                                            local_config)
                if "test" in parts[len(SOURCE.split(os.sep)):] else iter(()))


config.test_format = Tests(execute_external=False)
config.suffixes = [".cpp", ".c", ".test", ".yaml", ".json"]
config.excludes = ["Inputs", "CMakeLists.txt", "corpus", "example-server",
                   "bench", "knowledge"]
config.environment["LC_ALL"] = "C.UTF-8"
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
    ("%tidy", f"{tidy} -load {plugin}"),
    ("%clang", os.path.join(config.llvm_tools, "clang++")),
    ("%dev", os.path.join(SOURCE, "tool", "dev")),
    ("%plugin", plugin),
    ("%source", SOURCE),
    ("%build", BUILD),
    ("%mock", f"-isystem {mock}"),
    ("%python", python),
]

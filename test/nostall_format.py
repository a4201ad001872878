"""The test format; a module of its own because lit sends it to processes."""
import os

import lit.formats


class Tests(lit.formats.ShTest):
    """Tests of a check stand in its own folder, under test/."""

    def __init__(self, source):
        super().__init__(execute_external=False)
        self.depth = len(source.split(os.sep))

    def getTestsInDirectory(self, suite, path, lit_config, local_config):
        parts = suite.getSourcePath(path).split(os.sep)
        if "test" not in parts[self.depth:]:
            return iter(())
        return super().getTestsInDirectory(suite, path, lit_config,
                                           local_config)

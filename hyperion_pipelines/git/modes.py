"""What the mode of a tree's entry says: a file, a symbolic link, or a submodule."""

import polars as pl

GITLINK = "160000"
SYMLINK = "120000"
_FILE = "100"  # with the permissions after it


def is_file(mode: str) -> bool:
    """Whether *mode* is that of a regular file, executable or not."""
    return mode.startswith(_FILE)


IS_FILE = pl.col("mode").str.starts_with(_FILE)  # the same of a frame's column `mode`

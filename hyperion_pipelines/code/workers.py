"""The processes that parse side by side: how they are started, and how they end.

What they are given to do is the caller's business: `analysis` measures blobs in them.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from threading import Thread


def start_workers(workers: int) -> ProcessPoolExecutor:
    """A pool of *workers* processes, each started when first needed, in about a second.

    They end with this process, even if it is killed.
    """
    # Forking would copy the locks of polars' threads.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End this worker when its parent is gone: one that was killed can no longer tell it to."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()

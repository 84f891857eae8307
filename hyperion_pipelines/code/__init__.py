"""From blobs to frames: languages, syntax metrics, functions, imports."""

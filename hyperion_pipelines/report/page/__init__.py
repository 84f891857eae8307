"""The report as one HTML page: what it shows, how it is put together, its templates and library."""

"""The real servers behind the server forms of the stores, for the tests that need them.

`python -m tests.services start` installs and starts them on free loopback ports and writes their
addresses to build/services.env; the fixtures in `tests.services.fixtures` read that file. What the
stores do with a server belongs in their own tests.
"""

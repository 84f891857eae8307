"""What every test may use: the addresses of real servers, where there are any."""

pytest_plugins = ["tests.services.fixtures"]

"""What every request passes through, whoever asks for whatever: ASGI middleware."""

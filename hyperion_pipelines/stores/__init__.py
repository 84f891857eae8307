"""The stores: a protocol each, an embedded and a server form."""

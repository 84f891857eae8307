"""The endpoints: a module a resource, each with its `router`; what is answered is the engine's."""

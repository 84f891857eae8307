"""Questions about a repository that its graph answers: a module for each, a frame for an answer."""

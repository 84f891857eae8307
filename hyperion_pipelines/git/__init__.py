"""From a repository to frames: mirror, commits, changes, tree, refs, identities."""

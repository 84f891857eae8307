"""Who asks, and what they may: keys, tokens, scopes, rights to repositories, rate limits."""

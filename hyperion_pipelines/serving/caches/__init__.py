"""What is kept in memory between requests, and when it is no longer true."""

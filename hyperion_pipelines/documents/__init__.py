"""What can be searched: documents out of files, chunks of these, their vectors, and the search."""
